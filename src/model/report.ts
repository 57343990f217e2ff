/** The figures of the REPORT line. @see contract 4.1 */
export interface Report {
  /** Milliseconds, without the init phase unless it ran inside the invocation. */
  readonly durationMs: number
  /** Whole milliseconds, with the init phase, as AWS bills since August 2025. */
  readonly billedDurationMs: number
  readonly memorySizeMb: number
  /** The peak of the instance, or `undefined` if this machine cannot measure it. */
  readonly maxMemoryUsedMb?: number
  /** Only for the first invocation of an instance whose init phase succeeded. */
  readonly initDurationMs?: number
  readonly status?: 'error' | 'timeout'
  readonly errorType?: string
}
