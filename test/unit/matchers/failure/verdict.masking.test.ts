import { expect, test } from 'vitest'
import { registerSecret } from '../../../../src/errors/secrets.ts'
import { failureText } from '../../../support/failure-text.ts'
import { failure, record, success, timeout } from '../../../support/results.ts'

const SECRET = 's3cr3t-value'
registerSecret(SECRET)

test.each<[string, () => unknown]>([
  ['the log', () => expect(failure({ logs: [record(`with ${SECRET}`)] })).toHaveSucceeded()],
  ['the error', () => expect(failure({ errorMessage: `bad ${SECRET}` })).toHaveSucceeded()],
  ['the frames', () => expect(failure({ stackTrace: [`at ${SECRET} (a.ts:1:1)`] })).toHaveSucceeded()],
  ['the last line before a timeout', () => expect(timeout({ logs: [record(`with ${SECRET}`)] })).toHaveSucceeded()],
  ['a diff', () => expect(success({ key: SECRET })).toHavePayload({ key: 's3cr3t-valua' })],
  ['a received value', () => expect(success({ key: SECRET })).not.toHavePayload({ key: SECRET })],
  ['the hint', () => expect(success('x')).toHaveLogged(SECRET)],
  ['a body', () => expect(success({ statusCode: 500, body: SECRET })).toHaveStatus(200)],
  ['wrong arguments', () => expect(success('x')).toHaveCompletedWithin(SECRET as never)],
])('no secret is in %s', (_, assertion) => {
  const text = failureText(assertion)
  expect(text).not.toContain(SECRET)
  expect(text).toContain('***')
})

test.each<[string, (padding: string) => unknown, number]>([
  ['a log line', padding => expect(failure({ logs: [record(padding + SECRET)] })).toHaveSucceeded(), 1000 - 'INFO  '.length],
  ['a received value', padding => expect(success(padding + SECRET)).not.toHaveSucceeded(), 200 - 1],
  ['an argument', padding => expect(success('x')).toHavePayload(padding + SECRET), 80 - 1],
  ['the last line before a timeout', padding => expect(timeout({ logs: [record(padding + SECRET)] })).toHaveSucceeded(), 120 - 5],
  ['a body', padding => expect(success({ statusCode: 500, body: padding + SECRET })).toHaveStatus(200), 2000],
])('a secret that is cut off at the end of %s is masked', (_, assertion, length) => {
  expect(failureText(() => assertion('x'.repeat(length - 6)))).not.toContain(SECRET.slice(0, 4))
})
