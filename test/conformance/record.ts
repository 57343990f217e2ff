import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** How a case went on a backend, as the page shows it. */
export interface RecordedAnswer {
  readonly theme: string
  readonly name: string
  readonly contract: string
  readonly language: string
  readonly outcome: 'as AWS' | 'can’t' | 'failed'
  /** What was answered, or why it can't. */
  readonly answer?: string
}

/** What a run of one backend found. */
export interface RecordedRun {
  readonly backend: string
  readonly absent?: string
  readonly answers: readonly RecordedAnswer[]
}

/** Where the runs are kept that `docs/conformance.md` is made of. */
export const RUNS: string = fileURLToPath(new URL('runs/', import.meta.url))

/** Only when the page is made: an ordinary run of the tests writes nothing. A backend that is absent keeps its last run. */
export function keepRun(run: RecordedRun): void {
  if (process.env.LAMBDA_FIXTURES_CONFORMANCE !== 'write') return
  const file = `${RUNS}${run.backend}.json`
  if (run.absent !== undefined && existsSync(file)) return
  mkdirSync(RUNS, { recursive: true })
  writeFileSync(file, `${JSON.stringify(run, null, 1)}\n`)
}
