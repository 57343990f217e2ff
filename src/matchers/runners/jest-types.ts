import type {} from 'expect'
import type { ResultMatchers, SessionMatchers, StreamMatchers } from '../matcher-types.ts'

// `@jest/globals` and npm `expect`.
declare module 'expect' {
  interface Matchers<R extends void | Promise<void>, T = unknown> extends ResultMatchers<R>, StreamMatchers, SessionMatchers {}
  interface AsymmetricMatchers extends ResultMatchers<any> {}
}

// `@types/jest`, which declares its own interfaces.
declare global {
  namespace jest {
    // biome-ignore lint/complexity/noBannedTypes: interfaces merge only if their parameters are identical.
    interface Matchers<R, T = {}> extends ResultMatchers<R>, StreamMatchers, SessionMatchers {}
    interface Expect extends ResultMatchers<any> {}
    interface InverseAsymmetricMatchers extends ResultMatchers<any> {}
  }
}
