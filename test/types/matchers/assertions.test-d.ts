import { assertFailed, assertSucceeded } from '../../../src/matchers/assertions.ts'
import type { InvokeResult, RemoteError } from '../../../src/model/result.ts'

declare const result: InvokeResult<{ total: number }>
const total = (): number => {
  assertSucceeded(result)
  return result.payload.total
}
const error = (): RemoteError => {
  assertFailed(result)
  return result.error
}
// @ts-expect-error not narrowed yet
const unsure: number = result.payload.total

export { error, total, unsure }
