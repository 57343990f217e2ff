import type { RuntimeSocket } from '../runtime-api/runtime-socket.ts'

/** How a runtime ended. */
export interface RuntimeExit {
  readonly code: number | null
  /** The name that Node uses, such as `SIGKILL`. */
  readonly signal: string | null
  /** It was killed because it used more than its memory size. */
  readonly outOfMemory: boolean
}

/** What a sandbox tells the emulator. */
export interface SandboxEvents {
  /** Bytes of stdout, stderr and the telemetry descriptor, merged in the order in which they were written. */
  output(chunk: Buffer): void
  /** A runtime has connected to the Runtime API. */
  connection(socket: RuntimeSocket): void
  /** The runtime's main process ended by itself or was killed. Not called for an end that {@link Sandbox.stop} asked for. */
  exit(exit: RuntimeExit): void
  /**
   * The sandbox itself is gone (its container was removed, its engine is lost), so no runtime can be started in it any more.
   * @param unseen nothing that was sent since `busy(true)` can have reached the sandbox
   */
  lost(error: Error, unseen?: boolean): void
}

/**
 * What a backend gives the emulator: a place with its own `/tmp` in which a runtime can be started, stopped and started again.
 * The emulator does the rest for all backends: the Runtime API, deadlines, resets, log lines and reports.
 */
export interface Sandbox {
  /**
   * Creates the sandbox, without a runtime. Called once, before anything else but {@link destroy}. If it fails, the launch fails.
   * @param events receives what happens in the sandbox from now on
   */
  create(events: SandboxEvents): Promise<void>
  /**
   * Starts a new runtime; `/tmp` is as the last one left it. Resolves when the runtime runs. It is ready later, at its first `/next`.
   * @throws EntrypointError if AWS reports the failure as an error of the function
   */
  start(): Promise<void>
  /** Stops the runtime and every process that it started, and delivers their last output. Idempotent; `/tmp` stays. */
  stop(): Promise<void>
  /** The log barrier: when this returns (or its promise resolves), `output` has received all bytes that were written before the call. */
  drain(): void | Promise<void>
  /**
   * The peak memory in bytes of everything in the sandbox so far, or `undefined` if this backend can't measure it.
   * @param pageFaults `minor major` of the runtime's process, if its bootstrap reports them: if they have not changed, neither has the peak
   */
  peakMemory(pageFaults?: string): number | undefined | Promise<number | undefined>
  /** Milliseconds from the runtime's start to its first `/next`, its init error or its end, if the sandbox measures them itself. */
  startupMs?(): number | undefined
  /** Called before and after each invocation: a backend need watch the memory only while something runs. */
  busy(running: boolean): void
  /** Stops every process in the sandbox, as AWS does between invocations. */
  freeze(): void | Promise<void>
  thaw(): void | Promise<void>
  /** Ends every process and removes everything that was created. Idempotent. */
  destroy(): Promise<void>
}
