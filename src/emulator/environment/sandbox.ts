/** How a runtime ended. */
export interface RuntimeExit {
  readonly code: number | null
  /** As Node names it, such as `SIGKILL`. */
  readonly signal: string | null
  /** Killed because it was over its memory size. */
  readonly outOfMemory: boolean
}

/** What a sandbox tells the emulator. */
export interface SandboxEvents {
  /** Bytes of stdout, stderr and the telemetry descriptor, merged in the order they were written. */
  output(chunk: Buffer): void
  /** The runtime's main process ended by itself or was killed; not called for an end that {@link Sandbox.stop} asked for. */
  exit(exit: RuntimeExit): void
  /**
   * The place itself is gone (container removed, daemon lost): nothing can be started in it any more.
   * @param unseen nothing that was said since `busy(true)` can have got there
   */
  lost(error: Error, unseen?: boolean): void
}

/**
 * What a backend gives the emulator: a place with its own `/tmp`, in which a runtime can be started, ended and started again.
 * Everything else (the Runtime API, deadlines, resets, log lines, reports) is the emulator's, one for all backends.
 */
export interface Sandbox {
  /** Starts the runtime, fresh, with `/tmp` as it was left. Resolves when it runs, not when it is ready: that is its first `/next`. */
  start(): Promise<void>
  /** Ends the runtime and all that it started, wherever it went, and delivers its last output. Idempotent; `/tmp` stays. */
  stop(): Promise<void>
  /** The log barrier: when this returns (or its promise resolves), all bytes written before the call were given to `output`. */
  drain(): void | Promise<void>
  /**
   * The environment's peak memory in bytes so far, or `undefined` if this backend can't tell.
   * @param pageFaults `minor major` of the runtime's process, where it has just told: without new ones its peak is what it was
   */
  peakMemory(pageFaults?: string): number | undefined | Promise<number | undefined>
  /** Milliseconds from the runtime's start to its first `/next`, its init error or its end, where the place has measured them: closer than from here. */
  startupMs?(): number | undefined
  /** Called around each invocation, so that a backend may watch memory only while something runs. */
  busy(running: boolean): void
  /** Stops the clock of everything inside, as AWS does between invocations. */
  freeze(): void | Promise<void>
  thaw(): void | Promise<void>
  /** Ends everything and removes every trace. Idempotent. */
  destroy(): Promise<void>
}

/** {@link Sandbox.start} rejects with it where AWS reports an error of the function, not of the platform. @see contract 2.5 */
export class EntrypointError extends Error {
  readonly errorType: string

  constructor(errorType: string, message: string) {
    super(message)
    this.errorType = errorType
  }
}
