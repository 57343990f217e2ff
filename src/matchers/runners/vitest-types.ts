import type {} from 'vitest'
import type { ResultMatchers, SessionMatchers, StreamMatchers } from '../matcher-types.ts'

// Interfaces merge only if their parameters are identical (TS2428).
declare module 'vitest' {
  interface Matchers<R extends void | Promise<void> = void | Promise<void>, T = unknown>
    extends ResultMatchers<R>,
      StreamMatchers,
      SessionMatchers {}
}
