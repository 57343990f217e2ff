import type { RuntimeExit, Sandbox, SandboxEvents } from '../../emulator/environment/sandbox.ts'
import { clearInterval, setImmediate, setInterval, within } from '../../platform/clock.ts'
import { ConnectionTable } from './connection-table.ts'
import { entrypointError } from './entrypoint-error.ts'
import { HostPorts } from './host-ports.ts'
import { InitControl, type StartCommand } from './init-control.ts'
import { sendFiles, type TunnelFile } from './send-files.ts'
import { type FrameListener, FrameType } from './tunnel/frames.ts'
import { instanceLost } from './tunnel/instance-lost.ts'
import { PayloadReader } from './tunnel/payload.ts'
import { Tunnel, type TunnelOptions } from './tunnel/tunnel.ts'

export interface InitSandboxOptions extends Pick<TunnelOptions, 'token' | 'open'> {
  /** Creates the container and calls {@link InitSandbox.connect}. */
  readonly create: () => Promise<void>
  /** The init finds its first START command in a file, and starts the runtime before there is a stream. */
  readonly startsByFile?: boolean
  /** Why the container is gone, if the engine or the cluster knows. */
  readonly explain?: () => Promise<string | undefined>
  /** Removes the container. */
  readonly remove: () => Promise<void>
  /** The runtime was stopped, so the next one will initialise again. */
  readonly onStopped?: () => void
  /** The first invocation after a start of the runtime has ended. */
  readonly onInitialised?: () => void
  /** Milliseconds until the init must have answered. Default 30,000. */
  readonly startTimeout?: number
  /** Milliseconds until a lost stream must be replaced. Default 8,000: less than the init's own 10,000. */
  readonly grace?: number
  /** Milliseconds until the init must have answered a command. Default 10,000: a lost stream may be replaced meanwhile. */
  readonly patience?: number
  /** Milliseconds between two questions to the init while something runs, for streams whose end is not always noticed. Default: none. */
  readonly heartbeat?: number
}

type Frame = Parameters<FrameListener>

/** A container or pod as a sandbox: our init inside does the work, and is reached only by a stream that the engine opens. */
export class InitSandbox implements Sandbox {
  readonly control: InitControl
  readonly #options: InitSandboxOptions
  readonly #patience: number
  readonly #tunnel: Tunnel
  readonly #connections: ConnectionTable
  #events: SandboxEvents | undefined
  #command: StartCommand = {}
  #isReady = false
  #hostPorts: HostPorts | undefined
  /** What a runtime that was started by file did before {@link start}. */
  #early: Frame[] | undefined
  #isRunning = false
  #isBusy = false
  /** The runtime has been started, and its first invocation has not ended. */
  #isFresh = false
  #isLost = false
  #peak: number | undefined
  #startupMs: number | undefined
  #heartbeat: ReturnType<typeof setInterval> | undefined
  #destroyed: Promise<void> | undefined

  constructor(options: InitSandboxOptions) {
    this.#options = options
    this.#patience = options.patience ?? 10_000
    this.#early = options.startsByFile ? [] : undefined
    this.#tunnel = new Tunnel({
      token: options.token,
      open: options.open,
      startTimeout: options.startTimeout ?? 30_000,
      grace: options.grace ?? 8_000,
      onFrame: (...frame) => this.#take(...frame),
      onLost: error => {
        this.#disconnect(error)
        void this.lose(error, !this.#tunnel.hasReached)
      },
    })
    this.#connections = new ConnectionTable(this.#tunnel, connection => this.#events?.connection(connection))
    this.control = new InitControl(this.#tunnel, {
      ready: () => {
        this.#isReady = true
      },
      memory: peak => {
        if (peak > 0) this.#peak = peak
      },
      firstSign: elapsedMs => {
        this.#startupMs = elapsedMs
      },
      exit: ({ role, code, signal, outOfMemory }) => {
        // Streams report their end a few turns late, and the last answer must be read before the exit is reported.
        if (role === 'runtime' && this.#isRunning) setImmediate(() => this.#exited({ code, signal, outOfMemory }))
      },
    })
  }

  async create(events: SandboxEvents): Promise<void> {
    this.#events = events
    await this.#options.create()
  }

  /**
   * Opens the stream to the init of a container that runs or is about to.
   * @param ports of this machine, each of which becomes reachable inside while a service listens on it
   * @param onUnreachable called for each port that can't be
   * @throws RuntimeError `INSTANCE_LOST`
   */
  async connect(
    command: StartCommand = {},
    ports: readonly number[] = [],
    onUnreachable: (port: number, error: Error) => void = () => undefined,
  ): Promise<void> {
    this.#command = command
    await this.#tunnel.start()
    const open = (port: number): Promise<void> => this.control.listen(port).catch((error: Error) => onUnreachable(port, error))
    this.#hostPorts = new HostPorts(ports, open)
    await this.#hostPorts.open()
  }

  /** Writes code and layers into the container, if the engine can't. Returns their count. @throws RuntimeError `ZIP_EXTRACTION_FAILED` */
  async putFiles(files: Iterable<TunnelFile>): Promise<number> {
    await sendFiles(this.#tunnel, files)
    return await this.control.filesDone()
  }

  async start(): Promise<void> {
    this.#isFresh = true
    this.#isRunning = true
    this.#startupMs = undefined
    try {
      await this.#answered(this.#early === undefined ? this.control.start(this.#command) : this.#startedEarly(this.#early))
    } catch (error) {
      this.#isRunning = false
      throw entrypointError(error, this.#command) ?? error
    }
  }

  async stop(): Promise<void> {
    this.#isRunning = false
    // A runtime that can't be stopped is lost and removed, and those who wait for its end can go on.
    await this.#answered(this.control.stop()).catch(() => undefined)
    this.#isFresh = false
    this.#options.onStopped?.()
  }

  /** Does nothing, because the init sends log lines and answers in order on one stream. */
  drain(): void {}

  peakMemory(): number | undefined | Promise<number | undefined> {
    if (this.#isLost) return undefined
    if (this.#peak !== undefined) return this.#peak
    return this.#answered(this.control.memory()).then(
      ({ peak }) => (peak > 0 ? peak : undefined),
      () => undefined,
    )
  }

  startupMs(): number | undefined {
    return this.#startupMs
  }

  busy(running: boolean): void {
    this.#isBusy = running
    clearInterval(this.#heartbeat)
    this.#hostPorts?.unwatch()
    if (running) {
      this.#peak = undefined
      this.#tunnel.resetHasReached()
      this.#hostPorts?.watch()
      if (this.#options.heartbeat !== undefined) this.#beat(this.#options.heartbeat)
    } else if (this.#isFresh) {
      this.#isFresh = false
      this.#options.onInitialised?.()
    }
  }

  async freeze(): Promise<void> {
    await this.#answered(this.control.freeze()).catch(() => undefined)
  }

  async thaw(): Promise<void> {
    await this.#answered(this.control.thaw()).catch(() => undefined)
  }

  /** Replaces the current stream, which may be dead, by a new one. */
  breakStream(): void {
    this.#tunnel.breakStream()
  }

  destroy(): Promise<void> {
    this.#destroyed ??= this.#destroy()
    return this.#destroyed
  }

  async #destroy(): Promise<void> {
    this.#isLost = true
    clearInterval(this.#heartbeat)
    this.#hostPorts?.unwatch()
    this.#tunnel.close()
    this.#disconnect(new Error('The sandbox was destroyed.'))
    await this.#options.remove()
  }

  #take(...[type, channel, payload, last]: Frame): void {
    if (this.#early !== undefined && this.#isReady) this.#early.push([type, channel, Buffer.from(payload), last])
    else if (type === FrameType.log) this.#events?.output(payload)
    else if (type === FrameType.logDropped) this.#noteDropped(new PayloadReader(payload).u64())
    else if (!this.#connections.take(type, channel, payload)) this.control.take(type, channel, payload)
  }

  async #startedEarly(frames: readonly Frame[]): Promise<void> {
    const started = this.control.startedByFile()
    this.#early = undefined
    for (const frame of frames) this.#take(...frame)
    await started
  }

  #exited(exit: RuntimeExit): void {
    // Meanwhile it may have been stopped on purpose.
    if (!this.#isRunning) return
    this.#isRunning = false
    this.#events?.exit(exit)
  }

  #noteDropped(bytes: number): void {
    const notice = `[lambda-fixtures: ${bytes} bytes of the log are missing because the stream to the container was lost for too long]\n`
    this.#events?.output(Buffer.from(notice))
  }

  #beat(interval: number): void {
    let isAnswered = true
    this.#heartbeat = setInterval(() => {
      if (!isAnswered) this.breakStream()
      isAnswered = false
      this.control.memory().then(
        () => {
          isAnswered = true
        },
        () => undefined,
      )
    }, interval)
    this.#heartbeat.unref()
  }

  /** Waits for the init's answer. An init that takes too long is paused or starved, and its container is lost. */
  #answered<T>(answer: Promise<T>): Promise<T> {
    return within(this.#patience, answer, async () => {
      const error = instanceLost(`its init has not answered for ${this.#patience / 1000} s; is it paused?`)
      await this.lose(error)
      throw error
    })
  }

  /** Nothing will be answered any more. */
  #disconnect(error: Error): void {
    this.#isRunning = false
    this.control.lost(error)
    this.#connections.lost(error)
  }

  /** Reports the container as lost, once. @param unseen nothing sent since the invocation began can have reached it */
  async lose(error: Error, unseen = false): Promise<void> {
    if (this.#isLost) return
    this.#isLost = true
    // Between invocations nobody reads the reason, and the next invocation must not come here.
    const reason = this.#isBusy ? await this.#options.explain?.().catch(() => undefined) : undefined
    this.#events?.lost(reason === undefined ? error : instanceLost(reason, error), unseen)
  }
}
