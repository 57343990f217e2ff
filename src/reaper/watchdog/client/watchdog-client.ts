import { randomBytes } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import type { Resource } from '../../../model/resource.ts'
import { retry } from '../../../platform/clock.ts'
import { currentRunner } from '../../find-runner.ts'
import { currentSession } from '../../session.ts'
import { sweepInBackground } from '../../sweep/sweep-in-background.ts'
import { WATCHDOG_DISABLED_VARIABLE } from '../../variables.ts'
import { type Hello, type LogAnswer, type LogRequest, lineReader, type Registered } from '../protocol.ts'
import { socketPath, watchdogFolder } from '../watchdog-folder.ts'
import { findLogs } from './log-sources.ts'
import { startWatchdog } from './start-watchdog.ts'

/** Pauses between attempts to reach or start a watchdog, in ms. They vary, so that workers don't start one each. */
const PAUSES = [20, 100, 300, 1000]
/** Characters of an instance's logs that fit into a line of the protocol, whatever they are. */
const LONGEST_LOGS = 128 * 1024

/** This thread's connection to the watchdog. It stays open for the thread's life without keeping the process alive, and reconnects. */
export class WatchdogClient {
  readonly #hello: Hello
  readonly #registered = new Map<number, string>()
  #socket: Socket | undefined
  #isConnecting = false
  /** No watchdog is wanted, or none could be started. */
  #isOff = false
  #ids = 0
  /** One for each line that is not acknowledged yet, in order. */
  #waiting: ((known: boolean) => void)[] = []
  #untilConnected: ((known: boolean) => void)[] = []

  constructor() {
    const { id, owner, threadId } = currentSession()
    const runner = currentRunner()
    this.#hello = { client: randomBytes(8).toString('hex'), session: id, owner, threadId, ...(runner && { runner }) }
    if (process.env[WATCHDOG_DISABLED_VARIABLE] === 'true') this.#turnOff()
  }

  /** Connects ahead of the first registration, while the caller does something else. */
  open(): void {
    if (!this.#isOff && this.#socket === undefined) void this.#connect()
  }

  nextId(): number {
    return ++this.#ids
  }

  /** Resolves with whether the watchdog knows the resource. */
  register(id: number, resource: Resource): Promise<boolean> {
    const line = `REGISTER ${JSON.stringify({ id, resource } satisfies Registered)}\n`
    this.#registered.set(id, line)
    if (this.#socket !== undefined) return this.#send(line)
    if (this.#isOff) return Promise.resolve(false)
    const known = new Promise<boolean>(resolve => this.#untilConnected.push(resolve))
    this.open()
    return known
  }

  release(id: number): void {
    this.#registered.delete(id)
    if (this.#socket !== undefined) void this.#send(`RELEASE ${id}\n`)
  }

  #send(line: string): Promise<boolean> {
    return new Promise(resolve => {
      this.#waiting.push(resolve)
      this.#socket?.write(line)
    })
  }

  async #connect(): Promise<void> {
    if (this.#isConnecting) return
    this.#isConnecting = true
    try {
      this.#adopt(await reach())
    } catch (error) {
      this.#fail(error)
    } finally {
      this.#isConnecting = false
    }
  }

  #adopt(socket: Socket): void {
    const untilConnected = this.#untilConnected
    this.#untilConnected = []
    this.#socket = socket
    // Registrations that were made meanwhile are known when the last of these lines is acknowledged.
    const lines = [`HELLO ${JSON.stringify(this.#hello)}\n`, ...this.#registered.values()]
    this.#waiting = lines.map(() => () => {})
    this.#waiting[lines.length - 1] = known => {
      for (const resolve of untilConnected) resolve(known)
    }
    const read = lineReader(line => {
      if (line.startsWith('LOGS ')) void this.#answerLogs(JSON.parse(line.slice(5)))
      else this.#waiting.shift()?.(line === 'ACK')
    })
    socket.setEncoding('utf8').on('data', read)
    socket.on('error', () => {})
    socket.on('close', () => this.#lost(socket))
    socket.write(lines.join(''))
  }

  async #answerLogs({ id, name }: LogRequest): Promise<void> {
    const found = await findLogs({ ...(name !== undefined && { name }) })
    const answers: LogAnswer[] = found.map(logs => ({ id, logs: { ...logs, text: logs.text.slice(-LONGEST_LOGS) } }))
    for (const answer of [...answers, { id }]) {
      if (this.#socket !== undefined) void this.#send(`LOG ${JSON.stringify(answer)}\n`)
    }
  }

  /** The watchdog was killed, or is leaving: another one must know what is registered. */
  #lost(socket: Socket): void {
    if (this.#socket !== socket) return
    this.#socket = undefined
    this.#untilConnected.push(...this.#waiting)
    this.#waiting = []
    if (this.#registered.size > 0 || this.#untilConnected.length > 0) void this.#connect()
  }

  /** This process then sweeps what the watchdog would have swept. */
  #turnOff(): void {
    this.#isOff = true
    void sweepInBackground('process', async () => (await import('../../sweep/reap-stale.ts')).reapStale())
  }

  #fail(error: unknown): void {
    this.#turnOff()
    for (const resolve of this.#untilConnected) resolve(false)
    this.#untilConnected = []
    const reason = error instanceof Error ? error.message : String(error)
    process.emitWarning(
      `lambda-fixtures could not start its watchdog (${reason}). Tests run as usual, but if this run is killed, what it started stays ` +
        'until the next run or `npx lambda-fixtures reap`. Run `npx lambda-fixtures doctor` to see why.',
      { code: 'LAMBDA_FIXTURES_NO_WATCHDOG' },
    )
  }
}

async function reach(): Promise<Socket> {
  const folder = watchdogFolder()
  const startAndOpen = async (): Promise<Socket> => {
    await startWatchdog(folder)
    return await open(socketPath(folder))
  }
  const pauses = PAUSES.map(pause => pause * (0.5 + Math.random()))
  return await retry(() => open(socketPath(folder)).catch(startAndOpen), { pauses, ref: false })
}

function open(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(path)
    socket.unref()
    socket.once('error', reject)
    socket.once('connect', () => {
      socket.off('error', reject)
      resolve(socket)
    })
  })
}

const KEY: unique symbol = Symbol.for('lambda-fixtures/watchdog') as never
const shared = globalThis as { [KEY]?: WatchdogClient }

/** This thread's client. It connects when it is first needed. */
export function watchdogClient(): WatchdogClient {
  shared[KEY] ??= new WatchdogClient()
  return shared[KEY]
}
