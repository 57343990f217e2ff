/** The part of a matcher's `this` that vitest, jest and npm `expect` share. */
export interface MatcherState {
  readonly isNot?: boolean
  readonly promise?: string
  /** Those that users added by `expect.addEqualityTesters`. */
  readonly customTesters?: readonly unknown[]
  equals(a: unknown, b: unknown, customTesters?: unknown[]): boolean
  readonly utils: MatcherUtils
  /** vitest: the running test. */
  readonly task?: { readonly result?: { readonly startTime?: number } }
}

export interface MatcherUtils {
  matcherHint(name: string, received?: string, expected?: string, options?: { isNot?: boolean; promise?: string }): string
  /** Its lines are `- expected` and `+ received`. */
  diff(expected: unknown, received: unknown): string | null | undefined
  EXPECTED_COLOR(text: string): string
  RECEIVED_COLOR(text: string): string
  readonly iterableEquality?: unknown
}

/** What a matcher returns. It has no `actual` and `expected`, because vitest would print a second diff below the one in the message. */
export interface MatcherResult {
  readonly pass: boolean
  readonly message: () => string
}
