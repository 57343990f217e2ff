import { Duplex } from 'node:stream'
import type { RawData, WebSocket } from 'ws'
import { ApiError } from './api-error.ts'
import type { KubernetesApi } from './kubernetes-api.ts'
import { podsPath } from './resources.ts'

// The first byte of each message is its channel.
const STDIN = 0
const STDOUT = 1
const STATUS = 3
const HIGH_WATER_MARK = 256 * 1024
/** The most that is written in one message, in bytes. */
const MAX_MESSAGE = 128 * 1024

export interface ExecTarget {
  readonly namespace: string
  readonly pod: string
  readonly container: string
  readonly command: readonly string[]
}

/**
 * Stdin and stdout of a command in a pod's container, with back-pressure both ways. Resolves when the API server has accepted the
 * request. If the container does not run, the stream fails later.
 * @throws ApiError
 */
export async function openExecStream(api: KubernetesApi, { namespace, pod, container, command }: ExecTarget): Promise<Duplex> {
  return await api.authorized(async () => {
    const socket = await api.socket(`${podsPath(namespace, pod)}/exec`, { container, command, stdin: true, stdout: true })
    const duplex = asDuplex(socket)
    await new Promise<void>((resolve, reject) => {
      socket.on('open', resolve)
      socket.on('error', reject)
      socket.on('unexpected-response', (_request, response) => {
        const chunks: Buffer[] = []
        response.on('data', chunk => chunks.push(chunk))
        response.on('close', () => reject(new ApiError(response.statusCode ?? 0, Buffer.concat(chunks).toString())))
      })
    })
    return duplex
  })
}

function asDuplex(socket: WebSocket): Duplex {
  const send = (chunks: readonly Buffer[], done: (error?: Error | null) => void): void => {
    if (socket.readyState !== socket.OPEN) return done(new Error('The stream to the pod is closed.'))
    socket.send(Buffer.concat([Buffer.of(STDIN), ...chunks]), error => done(error ?? null))
  }
  const duplex = new Duplex({
    highWaterMark: HIGH_WATER_MARK,
    read: () => void (socket.isPaused && socket.resume()),
    write: (chunk, _encoding, done) => send([chunk], done),
    writev: (chunks, done) => {
      let batch: Buffer[] = []
      let size = 0
      for (const { chunk } of chunks) {
        if (size > 0 && size + chunk.length > MAX_MESSAGE) {
          send(batch, () => {})
          batch = []
          size = 0
        }
        batch.push(chunk)
        size += chunk.length
      }
      send(batch, done)
    },
    destroy: (error, done) => {
      // After a close, an unanswered one would keep the connection for 30 s.
      socket.terminate()
      done(error)
    },
  })
  // The error may come when nobody listens any more.
  duplex.on('error', () => {})
  socket.on('message', (data: RawData) => {
    const message = data as Buffer
    const channel = message[0]
    const bytes = message.subarray(1)
    if (channel === STDOUT && bytes.length > 0) {
      if (!duplex.push(bytes)) socket.pause()
    } else if (channel === STATUS && bytes.length > 0) {
      const { status, message: reason } = JSON.parse(bytes.toString()) as { status?: string; message?: string }
      if (status === 'Success') duplex.push(null)
      else duplex.destroy(new Error(reason ?? 'The command in the pod failed.'))
    }
  })
  socket.on('error', error => duplex.destroy(error))
  socket.on('close', () => duplex.destroy())
  return duplex
}
