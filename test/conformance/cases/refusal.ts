import { expect } from 'vitest'
import { InvokeApiError } from '../../../src/index.ts'

/** What the Invoke API refused a call with. */
export async function refusal(call: Promise<unknown>): Promise<InvokeApiError> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(InvokeApiError)
  return error as InvokeApiError
}
