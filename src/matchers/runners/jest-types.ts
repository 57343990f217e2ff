import type {} from 'expect'
import type { ResultMatchers, SessionMatchers, StreamMatchers } from '../result-matchers.ts'

// `@jest/globals` and npm `expect`.
declare module 'expect' {
  interface Matchers<R extends void | Promise<void>, T = unknown> extends ResultMatchers<R>, StreamMatchers, SessionMatchers {}
  interface AsymmetricMatchers extends ResultMatchers<any> {}
}

// `@types/jest`, which has matchers of its own.
declare global {
  namespace jest {
    // biome-ignore lint/complexity/noBannedTypes: its own parameters, to the letter.
    interface Matchers<R, T = {}> extends ResultMatchers<R>, StreamMatchers, SessionMatchers {}
    interface Expect extends ResultMatchers<any> {}
    interface InverseAsymmetricMatchers extends ResultMatchers<any> {}
  }
}
