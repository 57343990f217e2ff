import type { Duplex } from 'node:stream'
import type { RuntimeExit, Sandbox, SandboxEvents } from '../../emulator/environment/sandbox.ts'
import { setImmediate } from '../../platform/clock.ts'
import { ConnectionTable } from './connection-table.ts'
import { InitControl, type ReadyEvent, type StartCommand, type StartedExtension } from './init-control.ts'
import { sendFiles, type TunnelFile } from './send-files.ts'
import { type FrameListener, FrameType } from './tunnel/frames.ts'
import { PayloadReader } from './tunnel/payload.ts'
import { Tunnel } from './tunnel/tunnel.ts'
import type { ViewedDuplex } from './tunnel/view-stream.ts'

export interface InitSandboxOptions {
  /** As given to the init. */
  readonly token: Buffer
  /** Opens an exec of `init -x ID`, demultiplexed. @see SessionOptions.open */
  readonly open: () => Promise<ViewedDuplex>
  readonly events: SandboxEvents
  /** A connection to the Runtime API, for `server.emit('connection', …)`. */
  readonly onRuntimeApi: (connection: Duplex) => void
  readonly start?: StartCommand
  /** The first START came with the container, as its `LF_START`: what came of it is told when it is asked for. */
  readonly startsByFile?: boolean
  /**
   * For functions with extensions: called after those of `/opt/extensions` were started; the runtime starts when it resolves,
   * which should be when all have registered. Without it, extensions are not started.
   */
  readonly extensions?: {
    readonly environment?: Readonly<Record<string, string>>
    started(extensions: readonly StartedExtension[]): Promise<void>
    exited(name: string, exit: { readonly code: number | null; readonly signal: string | null }): void
  }
  /** Bytes of log that had to be forgotten while there was no stream. Default: a line in the output. */
  readonly onLogDropped?: (bytes: number) => void
  /** Removes the container. */
  readonly remove: () => Promise<void>
  /** Milliseconds until the init must have answered. Default 30,000. */
  readonly startTimeout?: number
  /** Milliseconds a broken stream may be away. Default 8,000: below the init's own 10,000. */
  readonly grace?: number
}

/** A sandbox whose inside is kept by our init, reached by nothing but a stream that the engine opens. */
export class InitSandbox implements Sandbox {
  private readonly options: InitSandboxOptions
  private readonly session: Tunnel
  private readonly connections: ConnectionTable
  readonly control: InitControl
  private info: ReadyEvent | undefined
  private running = false
  /** What a runtime that was started early said before it was asked for. */
  private early: Parameters<FrameListener>[] | undefined
  /** What the init said before the last answer. */
  private toldPeak: number | undefined
  private toldStartup: number | undefined
  private destroyed: Promise<void> | undefined

  constructor(options: InitSandboxOptions) {
    this.options = options
    this.early = options.startsByFile ? [] : undefined
    this.session = new Tunnel({
      token: options.token,
      open: options.open,
      startTimeout: options.startTimeout ?? 30_000,
      grace: options.grace ?? 8_000,
      onFrame: (type, channel, payload, last) => this.take(type, channel, payload, last),
      onLost: error => this.lost(error),
    })
    this.connections = new ConnectionTable(this.session, options.onRuntimeApi)
    this.control = new InitControl(this.session, {
      ready: event => {
        this.info = event
      },
      memory: peak => {
        if (peak > 0) this.toldPeak = peak
      },
      firstSign: elapsedMs => {
        this.toldStartup = elapsedMs
      },
      exit: event => {
        if (event.role === 'extension') options.extensions?.exited(event.name, event)
        // Streams tell their end a few turns late: whoever reads the last answer shall have it before this. What was stopped on
        // purpose is told to nobody, also if the next one runs by then.
        else if (this.running)
          setImmediate(() => this.ended({ code: event.code, signal: event.signal, outOfMemory: event.outOfMemory }))
      },
    })
  }

  /** What the init said of itself. */
  get ready(): ReadyEvent | undefined {
    return this.info
  }

  /** Opens the stream; the container must be running, or about to. @throws RuntimeError `INSTANCE_LOST` */
  async connect(): Promise<void> {
    await this.session.start()
  }

  /** Puts code and layers, where the engine has no archive API. @throws RuntimeError `ZIP_EXTRACTION_FAILED` */
  async putFiles(files: Iterable<TunnelFile> | AsyncIterable<TunnelFile>): Promise<number> {
    await sendFiles(this.session, files)
    return await this.control.filesDone()
  }

  /** From now on `localhost:port` inside is `localhost:port` here, so a URL of this machine needs no change. */
  async forward(port: number): Promise<void> {
    await this.control.listen(port)
  }

  async start(): Promise<void> {
    const { extensions, start } = this.options
    if (extensions) await extensions.started(await this.control.extensions(extensions.environment))
    this.running = true
    this.toldStartup = undefined
    try {
      await (this.early === undefined ? this.control.start(start) : this.startedEarly(this.early))
    } catch (error) {
      this.running = false
      throw error
    }
  }

  async stop(): Promise<void> {
    this.running = false
    await this.control.stop()
  }

  /** Nothing to do: the init sends what was logged before what was answered, on one stream. */
  drain(): void {}

  peakMemory(): number | Promise<number | undefined> {
    return this.toldPeak ?? this.control.memory().then(({ peak }) => (peak > 0 ? peak : undefined))
  }

  startupMs(): number | undefined {
    return this.toldStartup
  }

  busy(running: boolean): void {
    if (!running) return
    this.toldPeak = undefined
    this.session.watch()
  }

  async freeze(): Promise<void> {
    await this.control.freeze()
  }

  async thaw(): Promise<void> {
    await this.control.thaw()
  }

  /** Resolves when the init has answered. */
  async ping(): Promise<void> {
    await this.control.memory()
  }

  destroy(): Promise<void> {
    this.destroyed ??= this.end()
    return this.destroyed
  }

  /** Gives up the present stream, which may be dead, for a new one. */
  breakStream(): void {
    this.session.breakStream()
  }

  private async end(): Promise<void> {
    this.running = false
    // The engine's removal is what counts; an init that ended by itself meanwhile is no matter.
    this.session.close()
    const error = new Error('The sandbox was destroyed.')
    this.control.lost(error)
    this.connections.lost(error)
    await this.options.remove()
  }

  private async startedEarly(frames: readonly Parameters<FrameListener>[]): Promise<void> {
    const started = this.control.started()
    this.early = undefined
    for (const frame of frames) this.take(...frame)
    await started
  }

  private take(type: number, channel: number, payload: Buffer, last: boolean): void {
    // The first frame of all is the init's own.
    if (this.early !== undefined && this.info !== undefined) this.early.push([type, channel, Buffer.from(payload), last])
    else if (type === FrameType.log) this.options.events.output(payload)
    else if (type === FrameType.logDropped) this.dropped(new PayloadReader(payload).u64())
    else if (!this.connections.take(type, channel, payload)) this.control.take(type, channel, payload)
  }

  private ended(exit: RuntimeExit): void {
    if (!this.running) return
    this.running = false
    this.options.events.exit(exit)
  }

  private dropped(bytes: number): void {
    if (this.options.onLogDropped) this.options.onLogDropped(bytes)
    else
      this.options.events.output(
        Buffer.from(`[lambda-fixtures: ${bytes} bytes of log are missing: the stream to the container was lost too long]\n`),
      )
  }

  private lost(error: Error): void {
    this.running = false
    this.control.lost(error)
    this.connections.lost(error)
    this.options.events.lost(error, !this.session.hasReached)
  }
}
