import { expect, test } from 'vitest'
import { InvokeApiError } from '../../../src/errors/invoke-api-error.ts'
import { OptionsError } from '../../../src/errors/options-error.ts'
import { RuntimeError } from '../../../src/errors/runtime-error.ts'
import { registerSecret } from '../../../src/errors/secrets.ts'
import { FunctionError } from '../../../src/model/function-error.ts'
import { failure } from '../../support/results.ts'

const SECRET = 'br4nded-secret'
registerSecret(SECRET)

test.each([
  ['RuntimeError', new RuntimeError('BUNDLE_FAILED', `could not read ${SECRET}`)],
  ['InvokeApiError', new InvokeApiError('ValidationException', `Value '${SECRET}'`, { statusCode: 400, requestId: 'r' })],
  ['OptionsError', new OptionsError('lambda()', [{ path: 'environment', message: `must not be ${SECRET}` }])],
  ['FunctionError', new FunctionError(failure({ errorMessage: `cannot log in with ${SECRET}` }))],
])('a %s shows no secret, nor do its members that runners print', (_, error) => {
  const shown = `${error.message}\n${error.stack}\n${JSON.stringify({ ...error })}`
  expect(shown).toContain('***')
  expect(shown).not.toContain(SECRET)
})

test('the result of a FunctionError has the message as the function sent it', () => {
  const error = new FunctionError(failure({ errorMessage: SECRET }))
  expect(error.result.error.errorMessage).toBe(SECRET)
})

test('instanceof goes by the brand', () => {
  const error = new RuntimeError('BUNDLE_FAILED', 'no')
  const copy = Object.assign(new Error('no'), { [Symbol.for('lambda-fixtures/RuntimeError')]: true })
  expect([error, copy].map(one => one instanceof RuntimeError)).toEqual([true, true])
  for (const other of [new Error('no'), null, 'text']) expect(other).not.toBeInstanceOf(RuntimeError)
  expect(error).not.toBeInstanceOf(OptionsError)
})

test('data is for programs and not printed', () => {
  const error = new RuntimeError('BUNDLE_FAILED', 'no', { data: { file: 'a.ts' }, cause: 'why' })
  expect(error.data).toEqual({ file: 'a.ts' })
  expect(Object.keys(error)).toEqual(['code'])
  expect(error.cause).toBe('why')
  expect('cause' in new RuntimeError('BUNDLE_FAILED', 'no')).toBe(false)
})

test('an OptionsError lists all wrong options', () => {
  const issues = [
    { path: '', message: 'one of these is needed' },
    { path: 'environment.A', message: 'must be a string' },
  ]
  expect(new OptionsError('lambda() at a.test.ts:1:1', issues).message).toBe(
    '2 options of lambda() at a.test.ts:1:1 are wrong:\n  one of these is needed\n  environment.A: must be a string',
  )
  expect(new OptionsError('an invocation', issues.slice(1)).message).toBe(
    '1 option of an invocation is wrong:\n  environment.A: must be a string',
  )
})
