/** The REPORT line's figures. @see contract 4.1 */
export interface Report {
  /** Milliseconds, init excluded unless it ran inside the invocation. */
  readonly durationMs: number
  /** Whole milliseconds, init included, as AWS bills since August 2025. */
  readonly billedDurationMs: number
  readonly memorySizeMb: number
  /** Peak of the environment; `undefined` where the machine can't tell. */
  readonly maxMemoryUsedMb?: number
  /** Only on the first invocation of an environment whose init succeeded. */
  readonly initDurationMs?: number
  readonly status?: 'error' | 'timeout'
  readonly errorType?: string
}
