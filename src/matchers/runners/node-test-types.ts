import type {} from 'node:test'
import type { ResultMatchers, SessionMatchers, StreamMatchers } from '../matcher-types.ts'

type Assertions<M> = { [K in keyof M]: M[K] extends (...args: infer A) => infer R ? (received: unknown, ...args: A) => R : never }
type Negated<M> = { [K in keyof M as K extends `t${infer Rest}` ? `notT${Rest}` : never]: M[K] }
type All = Assertions<ResultMatchers<void> & StreamMatchers & SessionMatchers>

declare module 'node:test' {
  interface TestContextAssert extends All, Negated<All> {}
}
