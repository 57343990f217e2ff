import { expect, test, vi } from 'vitest'
import { isSecretName, maskSecrets, registerSecret, registerSecretsOf } from '../../../src/errors/secrets.ts'

test('masks registered values, the longest first', () => {
  registerSecret('hunter2')
  registerSecret('hunter2-and-more')
  expect(maskSecrets('hunter2-and-more, hunter2, hunter')).toBe('***, ***, hunter')
})
test('masks values as JSON has them', () => {
  registerSecret('a"b\\c')
  expect(maskSecrets(JSON.stringify({ value: 'a"b\\c' }))).toBe('{"value":"***"}')
})
test('masks the variables whose names say that they are secret', () => {
  registerSecretsOf({ DB_PASSWORD: 'pass-word', API_TOKEN: 'tok-en', TABLE: 'orders', STRIPE_KEY: undefined, PIN_SECRET: '123' })
  expect(maskSecrets('pass-word tok-en orders 123')).toBe('*** *** orders 123')
})
test("masks this process's AWS keys, not its region", () => {
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'real-secret-key')
  vi.stubEnv('AWS_REGION', 'eu-west-1')
  expect(maskSecrets('real-secret-key in eu-west-1')).toBe('*** in eu-west-1')
  vi.unstubAllEnvs()
})
test.each(['DB_PASSWORD', 'client_secret', 'AuthToken', 'API_KEY', 'AWS_ACCESS_KEY_ID'])('%s is a secret name', name => {
  expect(isSecretName(name)).toBe(true)
})
test.each(['TABLE', 'AWS_REGION', 'STAGE'])('%s is not a secret name', name => {
  expect(isSecretName(name)).toBe(false)
})
