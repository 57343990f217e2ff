import type {} from 'vitest'
import type { ResultMatchers, SessionMatchers, StreamMatchers } from '../result-matchers.ts'

// vitest's own parameters, to the letter: TypeScript refuses to merge others (TS2428).
declare module 'vitest' {
  interface Matchers<R extends void | Promise<void> = void | Promise<void>, T = unknown>
    extends ResultMatchers<R>,
      StreamMatchers,
      SessionMatchers {}
}
