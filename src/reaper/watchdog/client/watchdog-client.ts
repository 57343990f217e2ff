import { randomBytes } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import type { Resource } from '../../../model/resource.ts'
import { setTimeout } from '../../../platform/clock.ts'
import { currentRunner } from '../../find-runner.ts'
import { currentSession } from '../../session.ts'
import { watchdogDisabledVariable } from '../../variables.ts'
import { socketPath } from '../address.ts'
import type { Hello } from '../protocol.ts'
import { watchdogFolder } from '../watchdog-folder.ts'
import { startWatchdog } from './launcher.ts'

/** Pauses between attempts to reach or start a watchdog, in ms; the number varies a little, so that workers don't start one each. */
const pauses = [0, 20, 100, 300, 1000]

/** This thread's connection to the watchdog: kept open for the thread's life, never holding the process up, and made again if lost. */
export class WatchdogClient {
  readonly #hello: Hello
  readonly #held = new Map<number, string>()
  #socket: Socket | undefined
  #connecting = false
  #gone = false
  #ids = 0
  /** One for each line that is not acknowledged yet, in order. */
  #waiting: ((known: boolean) => void)[] = []

  constructor() {
    const { id, owner, threadId } = currentSession()
    const runner = currentRunner()
    this.#hello = { client: randomBytes(8).toString('hex'), session: id, owner, threadId, ...(runner && { runner }) }
    if (process.env[watchdogDisabledVariable] === 'true') this.#gone = true
  }

  /** Reaches the watchdog beside what else is to be done before something is held. */
  open(): void {
    void this.settled()
  }

  nextId(): number {
    return ++this.#ids
  }

  /** Resolves with whether the watchdog knows; not to be waited for by what can be found without. */
  hold(id: number, resource: Resource): Promise<boolean> {
    const line = `HOLD ${JSON.stringify({ id, resource })}\n`
    this.#held.set(id, line)
    return this.#send(line)
  }

  drop(id: number): void {
    this.#held.delete(id)
    if (this.#socket !== undefined) void this.#send(`DROP ${id}\n`)
  }

  /** Resolves when all that was said so far is acknowledged, with `true`, or won't ever be, with `false`. */
  settled(): Promise<boolean> {
    return this.#send('')
  }

  #send(line: string): Promise<boolean> {
    if (this.#gone) return Promise.resolve(false)
    if (this.#socket !== undefined) {
      if (line === '' && this.#waiting.length === 0) return Promise.resolve(true)
      return new Promise(resolve => {
        if (line === '') return this.#alsoWhenLastIsDone(resolve)
        this.#waiting.push(resolve)
        this.#socket!.write(line)
      })
    }
    const known = new Promise<boolean>(resolve => this.#untilConnected.push(resolve))
    this.#connect()
    return known
  }
  #untilConnected: ((known: boolean) => void)[] = []

  #alsoWhenLastIsDone(resolve: (known: boolean) => void): void {
    const last = this.#waiting.pop()!
    this.#waiting.push(known => {
      last(known)
      resolve(known)
    })
  }

  async #connect(): Promise<void> {
    if (this.#connecting) return
    this.#connecting = true
    try {
      this.#adopt(await reach())
    } catch (error) {
      this.#giveUp(error)
    } finally {
      this.#connecting = false
    }
  }

  #adopt(socket: Socket): void {
    const waiting = this.#untilConnected
    this.#untilConnected = []
    this.#socket = socket
    // What was asked for meanwhile is answered when all that is held has been told.
    const lines = [`HELLO ${JSON.stringify(this.#hello)}\n`, ...this.#held.values()]
    this.#waiting = lines.map(() => () => {})
    this.#waiting[lines.length - 1] = known => {
      for (const resolve of waiting) resolve(known)
    }
    socket.setEncoding('latin1')
    let partial = ''
    socket.on('data', (chunk: string) => {
      const answers = (partial + chunk).split('\n')
      partial = answers.pop()!
      for (const answer of answers) this.#waiting.shift()?.(answer === 'ACK')
    })
    socket.on('error', () => {})
    socket.on('close', () => this.#lost(socket))
    socket.write(lines.join(''))
  }

  /** The watchdog was killed, or left in this very moment: another one must know. */
  #lost(socket: Socket): void {
    if (this.#socket !== socket) return
    this.#socket = undefined
    this.#untilConnected.push(...this.#waiting)
    this.#waiting = []
    if (this.#held.size > 0 || this.#untilConnected.length > 0) void this.#connect()
  }

  #giveUp(error: unknown): void {
    this.#gone = true
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
  let problem: unknown
  for (const pause of pauses) {
    if (pause > 0) await new Promise<void>(resolve => void setTimeout(resolve, pause * (0.5 + Math.random())).unref())
    try {
      return await open(socketPath(folder))
    } catch (error) {
      problem = error
    }
    try {
      await startWatchdog(folder)
      return await open(socketPath(folder))
    } catch (error) {
      problem = error
    }
  }
  throw problem
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

const key = Symbol.for('lambda-fixtures/watchdog')
const shared = globalThis as { [key]?: WatchdogClient }

/** This thread's client; nothing is opened before something is held. */
export function watchdogClient(): WatchdogClient {
  shared[key] ??= new WatchdogClient()
  return shared[key]
}
