import { expect, test } from 'vitest'
import { registerSecret } from '../../../../src/errors/secrets.ts'
import { failureText } from '../../../support/failure-text.ts'
import { failure, record, success } from '../../../support/results.ts'

registerSecret('s3cr3t-value')

test('no secret is in the log, the error, the diff or the hint', () => {
  const texts = [
    failureText(() =>
      expect(failure({ logs: [record('with s3cr3t-value')], errorMessage: 'bad s3cr3t-value' })).toHaveSucceeded(),
    ),
    failureText(() => expect(success({ key: 's3cr3t-value' })).toHavePayload({ key: 's3cr3t-valua' })),
    failureText(() => expect(success({ key: 's3cr3t-value' })).not.toHavePayload({ key: 's3cr3t-value' })),
    failureText(() => expect(success('x')).toHaveLogged('s3cr3t-value')),
  ]
  for (const text of texts) {
    expect(text).not.toContain('s3cr3t-value')
    expect(text).toContain('***')
  }
})
