import { constants } from 'node:os'
import type { RuntimeExit } from '../../emulator/environment/sandbox.ts'
import { RuntimeError } from '../../errors/runtime-error.ts'
import { FrameType } from './tunnel/frames.ts'
import { PayloadReader, PayloadWriter } from './tunnel/payload.ts'
import type { Tunnel } from './tunnel/tunnel.ts'

const Command = { start: 1, stop: 2, memory: 3, freeze: 4, thaw: 5, extensions: 6, listen: 7, filesDone: 9 } as const
const Event = { ready: 1, exit: 2, memory: 3, firstSign: 4 } as const

const namesByNumber = (numbers: object): ReadonlyMap<number, string> =>
  new Map(Object.entries(numbers).map(([name, number]) => [number, name]))
const SIGNAL_NAMES = namesByNumber(constants.signals)
const ERRNO_NAMES = namesByNumber(constants.errno)
const errnoName = (errno: number): string => ERRNO_NAMES.get(errno) ?? `errno ${errno}`

/** The runtime to start. */
export interface StartCommand {
  /** Default: the entrypoint and command of the container, which the init was started with. */
  readonly command?: readonly string[]
  /** Starts `bootstrap` of `/var/task`, or else of `/opt`, in place of a command: AWS's rule for `provided.*`. */
  readonly bootstrap?: boolean
  /** Overrides the container's variables. */
  readonly environment?: Readonly<Record<string, string>>
  readonly workingDirectory?: string
  /** Opens descriptor 3 for telemetry frames, and names it in `_LAMBDA_TELEMETRY_LOG_FD`. */
  readonly telemetry?: boolean
}

export interface ExitEvent extends RuntimeExit {
  readonly role: 'runtime' | 'extension'
  /** The command, or the extension's name. */
  readonly name: string
}

export interface StartedExtension {
  readonly name: string
  readonly pid?: number
  /** Why it could not be started, such as `EACCES`: AWS's `Extension.LaunchError`. */
  readonly error?: string
}

export interface Memory {
  /** The peak of everything that the init has started, in bytes. */
  readonly peak: number
  /** How many processes were killed because memory ran out. */
  readonly oomKills: number
  /** Bytes; missing if there is no limit. */
  readonly limit?: number
}

export interface ControlEvents {
  /** The init runs. This is its first frame. */
  ready(): void
  exit(event: ExitEvent): void
  /** The peak so far in bytes. Comes before each request that the runtime posts. */
  memory(peak: number): void
  /** How long the runtime has taken until its first `/next`, its init error or its end, which comes next. */
  firstSign(elapsedMs: number): void
}

/** The request number of the START command in the file `LF_START`. */
const FILE_REQUEST = 1

/** The contents of the file `LF_START`. */
export function startFile(start: StartCommand): Buffer {
  return Buffer.concat([Buffer.of(Command.start), startFields(start).done()])
}

function startFields({ telemetry = false, bootstrap = false, ...start }: StartCommand): PayloadWriter {
  const environment = { ...start.environment, ...(telemetry && { _LAMBDA_TELEMETRY_LOG_FD: '3' }) }
  return new PayloadWriter()
    .u8((telemetry ? 1 : 0) + (bootstrap ? 2 : 0))
    .strings(start.command ?? [])
    .strings(pairs(environment))
    .string(start.workingDirectory ?? '')
}

interface Waiter {
  resolve(body: PayloadReader): void
  reject(error: Error): void
}

/** Sends commands to the init, and passes on its replies and events. */
export class InitControl {
  readonly #tunnel: Tunnel
  readonly #events: ControlEvents
  readonly #waiters = new Map<number, Waiter>()
  #lastRequest = FILE_REQUEST
  #gone: Error | undefined

  constructor(tunnel: Tunnel, events: ControlEvents) {
    this.#tunnel = tunnel
    this.#events = events
  }

  /** Handles a frame if it is a reply or an event. */
  take(type: number, channel: number, payload: Buffer): void {
    if (type === FrameType.reply) this.#reply(channel, payload)
    else if (type === FrameType.event) this.#event(payload)
  }

  /** The tunnel is closed, so no command will be answered. */
  lost(error: Error): void {
    this.#gone = error
    for (const waiter of this.#waiters.values()) waiter.reject(error)
    this.#waiters.clear()
  }

  /** Starts the runtime. @throws RuntimeError `INVALID_ENTRYPOINT` with the reason */
  async start(start: StartCommand = {}): Promise<void> {
    await this.#ask('start', startFields(start), 'INVALID_ENTRYPOINT')
  }

  /** Waits for the answer to the START command of the file. Must be called before {@link take} gets it. */
  async startedByFile(): Promise<void> {
    await this.#answerTo(FILE_REQUEST, 'start', 'INVALID_ENTRYPOINT')
  }

  /** Ends all processes. All their output was delivered when it resolves. */
  async stop(): Promise<void> {
    // The milliseconds between SIGTERM and SIGKILL: none.
    await this.#ask('stop', new PayloadWriter().u32(0))
  }

  async memory(): Promise<Memory> {
    const body = await this.#ask('memory')
    const [peak, oomKills, limit] = [body.u64(), body.u64(), body.u64()]
    return { peak, oomKills, ...(limit > 0 && { limit }) }
  }

  async freeze(): Promise<void> {
    await this.#ask('freeze')
  }

  async thaw(): Promise<void> {
    await this.#ask('thaw')
  }

  /** Starts the files in `/opt/extensions` in order of their names. */
  async extensions(environment: Readonly<Record<string, string>> = {}): Promise<readonly StartedExtension[]> {
    const body = await this.#ask('extensions', new PayloadWriter().strings(pairs(environment)))
    return Array.from({ length: body.u16() }, () => {
      const [pid, errno, name] = [body.u32(), body.u32(), body.string()]
      return errno === 0 ? { name, pid } : { name, error: errnoName(errno) }
    })
  }

  /** Connects `localhost:port` inside the container to `localhost:port` of this machine. @throws RuntimeError with, for example, `EADDRINUSE` */
  async listen(port: number): Promise<void> {
    await this.#ask('listen', new PayloadWriter().u16(port))
  }

  /** Returns how many files, folders and links were written since the last call. @throws RuntimeError `ZIP_EXTRACTION_FAILED` with the first failure */
  async filesDone(): Promise<number> {
    return (await this.#ask('filesDone', new PayloadWriter(), 'ZIP_EXTRACTION_FAILED')).u32()
  }

  #ask(
    name: keyof typeof Command,
    fields: PayloadWriter = new PayloadWriter(),
    code = 'INSTANCE_COMMAND_FAILED',
  ): Promise<PayloadReader> {
    const request = ++this.#lastRequest
    const answer = this.#answerTo(request, name, code)
    this.#tunnel.send(FrameType.command, request, Buffer.concat([Buffer.of(Command[name]), fields.done()]))
    return answer
  }

  #answerTo(request: number, name: string, code: string): Promise<PayloadReader> {
    return new Promise((resolve, reject) => {
      if (this.#gone) {
        reject(this.#gone)
        return
      }
      const refused = (error: Error): void => {
        const message =
          code === 'INSTANCE_COMMAND_FAILED' ? `The container's init refused "${name}": ${error.message}.` : error.message
        reject(error instanceof RuntimeError ? error : new RuntimeError(code, message, { data: { command: name }, cause: error }))
      }
      this.#waiters.set(request, { resolve, reject: refused })
    })
  }

  #reply(request: number, payload: Buffer): void {
    const waiter = this.#waiters.get(request)
    this.#waiters.delete(request)
    const body = new PayloadReader(payload)
    if (body.u8() === 0) waiter?.resolve(body)
    else {
      const errno = body.u32()
      waiter?.reject(Object.assign(new Error(body.rest()), { errno, code: errnoName(errno) }))
    }
  }

  #event(payload: Buffer): void {
    const body = new PayloadReader(payload)
    const kind = body.u8()
    if (kind === Event.ready) this.#events.ready()
    if (kind === Event.memory) this.#events.memory(body.u64())
    if (kind === Event.firstSign) this.#events.firstSign(body.u64() / 1000)
    if (kind === Event.exit) this.#events.exit(exitEvent(body))
  }
}

function exitEvent(body: PayloadReader): ExitEvent {
  const role = body.u8() === 0 ? 'runtime' : 'extension'
  const killed = body.u8() === 1
  const value = body.u8()
  return {
    role,
    code: killed ? null : value,
    signal: killed ? (SIGNAL_NAMES.get(value) ?? `SIG${value}`) : null,
    outOfMemory: body.u8() === 1,
    name: body.rest(),
  }
}

const pairs = (environment: Readonly<Record<string, string>>): string[] =>
  Object.entries(environment).map(([name, value]) => `${name}=${value}`)
