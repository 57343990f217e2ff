import { constants } from 'node:os'
import type { RuntimeExit } from '../../emulator/environment/sandbox.ts'
import { RuntimeError } from '../../errors/runtime-error.ts'
import { FrameType } from './tunnel/frames.ts'
import { PayloadReader, PayloadWriter } from './tunnel/payload.ts'
import type { Tunnel } from './tunnel/tunnel.ts'

const Command = {
  start: 1,
  stop: 2,
  memory: 3,
  freeze: 4,
  thaw: 5,
  extensions: 6,
  listen: 7,
  unlisten: 8,
  filesDone: 9,
  exit: 10,
  signal: 11,
} as const
const Event = { ready: 1, exit: 2, memory: 3, sign: 4 } as const

const signalNames: ReadonlyMap<number, string> = new Map(
  Object.entries(constants.signals).map(([name, number]) => [number, name]),
)

/** What to start as the runtime. */
export interface StartCommand {
  /** Default: the container's own entrypoint and command, as the init got them. */
  readonly command?: readonly string[]
  /** `bootstrap` of `/var/task`, else of `/opt`, as Lambda does for `provided.*`, instead of a command. */
  readonly bootstrap?: boolean
  /** Put over the container's environment. */
  readonly environment?: Readonly<Record<string, string>>
  readonly workingDirectory?: string
  /** Gives it fd 3 for telemetry frames and says so in `_LAMBDA_TELEMETRY_LOG_FD`. */
  readonly telemetry?: boolean
}

export interface ReadyEvent {
  /** The Runtime API's port inside. */
  readonly port: number
  /** Bytes that the log pipe holds; below 1 MiB a big handler's output may trail. */
  readonly pipeSize: number
  readonly pid: number
}

export interface ExitEvent extends RuntimeExit {
  readonly role: 'runtime' | 'extension'
  /** The command that was started, or the extension's name. */
  readonly name: string
  readonly pid: number
}

export interface StartedExtension {
  readonly name: string
  readonly pid?: number
  /** `EACCES` and such, if it could not be started: AWS's `Extension.LaunchError`. */
  readonly error?: string
}

export interface Memory {
  /** Bytes, the peak so far of all that the init started. */
  readonly peak: number
  /** Processes that the kernel killed for want of memory. */
  readonly oomKills: number
  /** Bytes, if there is one. */
  readonly limit?: number
}

export interface ControlEvents {
  ready(event: ReadyEvent): void
  exit(event: ExitEvent): void
  /** The peak so far, in bytes: said before what is posted to the Runtime API. */
  memory?(peak: number): void
  /** Its first `/next`, its init error or its end comes next, so many milliseconds after the runtime's start. */
  firstSign?(elapsedMs: number): void
}

/** What the init finds in its `LF_START`, and does as this request, before anybody asks. */
const FILE_REQUEST = 1

/** START as the init finds it in a file. */
export function startFile(start: StartCommand): Buffer {
  return Buffer.concat([Buffer.of(Command.start), startFields(start).done()])
}

function startFields(start: StartCommand): PayloadWriter {
  const environment = { ...start.environment, ...(start.telemetry && { _LAMBDA_TELEMETRY_LOG_FD: '3' }) }
  return new PayloadWriter()
    .u8((start.telemetry ? 1 : 0) + (start.bootstrap ? 2 : 0))
    .strings(start.command ?? [])
    .strings(pairs(environment))
    .string(start.workingDirectory ?? '')
}

interface Waiter {
  readonly name: string
  readonly resolve: (body: PayloadReader) => void
  readonly reject: (error: Error) => void
}

/** Commands to the init and what it says by itself. */
export class InitControl {
  private readonly session: Tunnel
  private readonly events: ControlEvents
  private readonly waiters = new Map<number, Waiter>()
  private lastRequest = FILE_REQUEST
  private gone: Error | undefined

  constructor(session: Tunnel, events: ControlEvents) {
    this.session = session
    this.events = events
  }

  /** Handles replies and events; false for other frames. */
  take(type: number, channel: number, payload: Buffer): boolean {
    if (type === FrameType.reply) this.reply(channel, payload)
    else if (type === FrameType.event) this.event(payload)
    else return false
    return true
  }

  /** The tunnel is gone: nothing is answered any more. */
  lost(error: Error): void {
    this.gone = error
    for (const waiter of this.waiters.values()) waiter.reject(error)
    this.waiters.clear()
  }

  /** Gives the pid. @throws RuntimeError `INVALID_ENTRYPOINT` with the reason */
  async start(start: StartCommand = {}): Promise<number> {
    return (await this.ask('start', startFields(start), 'INVALID_ENTRYPOINT')).u32()
  }

  /** As {@link start}, for the START that the init found in a file. To be called before its answer is taken. */
  async started(): Promise<number> {
    return (await this.answerTo('start', FILE_REQUEST, 'INVALID_ENTRYPOINT')).u32()
  }

  /** Ends everything; with `patience` (ms) the runtime gets SIGTERM and so much time first. All output was delivered when it resolves. */
  async stop(patience = 0): Promise<void> {
    await this.ask('stop', new PayloadWriter().u32(patience))
  }

  async memory(): Promise<Memory> {
    const body = await this.ask('memory')
    const [peak, oomKills, limit] = [body.u64(), body.u64(), body.u64()]
    return { peak, oomKills, ...(limit > 0 && { limit }) }
  }

  async freeze(): Promise<void> {
    await this.ask('freeze')
  }

  async thaw(): Promise<void> {
    await this.ask('thaw')
  }

  /** Starts the files of `/opt/extensions`, in order. */
  async extensions(environment: Readonly<Record<string, string>> = {}): Promise<readonly StartedExtension[]> {
    const body = await this.ask('extensions', new PayloadWriter().strings(pairs(environment)))
    return Array.from({ length: body.u16() }, () => {
      const [pid, errno, name] = [body.u32(), body.u32(), body.string()]
      return errno === 0 ? { name, pid } : { name, error: errnoName(errno) }
    })
  }

  /** From now on `127.0.0.1:port` inside is `localhost:port` of this machine. @throws RuntimeError such as `EADDRINUSE` */
  async listen(port: number): Promise<void> {
    await this.ask('listen', new PayloadWriter().u16(port))
  }

  async unlisten(port: number): Promise<void> {
    await this.ask('unlisten', new PayloadWriter().u16(port))
  }

  /** Gives the count of files, folders and links put since the last call. @throws RuntimeError `ZIP_EXTRACTION_FAILED` with the first that failed */
  async filesDone(): Promise<number> {
    return (await this.ask('filesDone', new PayloadWriter(), 'ZIP_EXTRACTION_FAILED')).u32()
  }

  /** Ends everything and the init itself. Answered, if at all, just before. */
  async exit(patience = 0): Promise<void> {
    await this.ask('exit', new PayloadWriter().u32(patience))
  }

  /** Sends a signal to the runtime's own process. */
  async signal(name: NodeJS.Signals): Promise<void> {
    await this.ask('signal', new PayloadWriter().u32(constants.signals[name]))
  }

  private ask(
    name: keyof typeof Command,
    fields: PayloadWriter = new PayloadWriter(),
    code = 'INSTANCE_COMMAND_FAILED',
  ): Promise<PayloadReader> {
    const request = ++this.lastRequest
    const answer = this.answerTo(name, request, code)
    this.session.send(FrameType.command, request, Buffer.concat([Buffer.from([Command[name]]), fields.done()]))
    return answer
  }

  private answerTo(name: keyof typeof Command, request: number, code: string): Promise<PayloadReader> {
    return new Promise((resolve, reject) => {
      if (this.gone) {
        reject(this.gone)
        return
      }
      const refused = (error: Error): void => {
        const message =
          code === 'INSTANCE_COMMAND_FAILED' ? `The container's init refused "${name}": ${error.message}.` : error.message
        reject(error instanceof RuntimeError ? error : new RuntimeError(code, message, { data: { command: name }, cause: error }))
      }
      this.waiters.set(request, { name, resolve, reject: refused })
    })
  }

  private reply(request: number, payload: Buffer): void {
    const waiter = this.waiters.get(request)
    this.waiters.delete(request)
    const body = new PayloadReader(payload)
    if (body.u8() === 0) waiter?.resolve(body)
    else {
      const errno = body.u32()
      waiter?.reject(Object.assign(new Error(body.rest()), { errno, code: errnoName(errno) }))
    }
  }

  private event(payload: Buffer): void {
    const body = new PayloadReader(payload)
    const kind = body.u8()
    if (kind === Event.ready) this.events.ready({ port: body.u16(), pipeSize: body.u32(), pid: body.u32() })
    if (kind === Event.memory) this.events.memory?.(body.u64())
    if (kind === Event.sign) this.events.firstSign?.(body.u64() / 1000)
    if (kind !== Event.exit) return
    const role = body.u8() === 0 ? 'runtime' : 'extension'
    const killed = body.u8() === 1
    const value = body.u8()
    const outOfMemory = body.u8() === 1
    this.events.exit({
      role,
      code: killed ? null : value,
      signal: killed ? (signalNames.get(value) ?? `SIG${value}`) : null,
      outOfMemory,
      pid: body.u32(),
      name: body.rest(),
    })
  }
}

const pairs = (environment: Readonly<Record<string, string>>): string[] =>
  Object.entries(environment).map(([name, value]) => `${name}=${value}`)

const errnoNames: ReadonlyMap<number, string> = new Map(Object.entries(constants.errno).map(([name, number]) => [number, name]))
const errnoName = (errno: number): string => errnoNames.get(errno) ?? `errno ${errno}`
