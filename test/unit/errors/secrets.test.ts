import { afterEach, describe, expect, test, vi } from 'vitest'
import { isSecretName, maskSecrets, registerSecret, registerSecretsOf } from '../../../src/errors/secrets.ts'

afterEach(() => vi.unstubAllEnvs())

/** The text after the environment was registered, with each secret in it replaced. */
function masked(environment: unknown, text: string): string {
  registerSecretsOf(environment)
  return maskSecrets(text)
}

describe('names', () => {
  test.each([
    'DB_PASSWORD',
    'DB_PASSWORD_REPLICA',
    'SMTP_PASS',
    'MYSQL_PWD',
    'PASSPHRASE',
    'client_secret',
    'STRIPE_SECRET_LIVE',
    'AuthToken',
    'npmToken',
    'GITHUB_PAT',
    'API_KEY',
    'apikey',
    'STRIPE_KEY',
    'PRIVATE_KEY',
    'SECRET_KEY_BASE',
    'AWS_ACCESS_KEY_ID',
    'secretAccessKey',
    'credentials',
    'GOOGLE_CREDENTIALS',
  ])('%s is the name of a secret', name => expect(isSecretName(name)).toBe(true))

  test.each([
    'TABLE',
    'AWS_REGION',
    'KEY',
    'PARTITION_KEY',
    'SORT_KEY',
    'PRIMARY_KEY',
    'CACHE_KEY',
    'S3_KEY',
    'OBJECT_KEY',
    'PUBLIC_KEY',
    'IDEMPOTENCY_KEY',
    'KEYSPACE',
    'KEY_PREFIX',
    'MONKEY',
    'KEYCLOAK_URL',
    'SECRET_NAME',
    'DB_SECRET_ARN',
    'SECRETS_MANAGER_ENDPOINT',
    'TOKEN_URL',
    'TOKEN_TTL_SECONDS',
    'MAX_TOKENS',
    'PASSWORD_MIN_LENGTH',
    'CREDENTIALS_FILE',
    'TOKENIZER',
    'COMPASS',
    'PWD',
  ])('%s is not the name of a secret', name => expect(isSecretName(name)).toBe(false))
})

test('masks registered values, the longest first', () => {
  registerSecret('hunter2')
  registerSecret('hunter2-and-more')
  expect(maskSecrets('hunter2-and-more, hunter2, hunter')).toBe('***, ***, hunter')
})

test('masks the values of variables with secret names', () => {
  const environment = { DB_PASSWORD: 'pass-word', API_TOKEN: 'tok-en', TABLE: 'orders', STRIPE_KEY: undefined, PIN_SECRET: '123' }
  expect(masked(environment, 'pass-word tok-en orders 123')).toBe('*** *** orders 123')
})

test('masks no more than secrets', () => {
  const environment = {
    PARTITION_KEY: 'order',
    KEYSPACE: 'shop',
    SECRET_NAME: 'prod/orders',
    TOKEN_TTL: '3600',
    DB_PASSWORD: 'postgres',
    ADMIN_PASSWORD: 'admin',
    ORDER_TOKEN: 'order',
    FEATURE_TOKEN: 'true',
    PIN_PASSWORD: '4711',
  }
  const text = 'orders: order received in shop by prod/orders, 3600, postgres, admin, true, 4711 ms'
  expect(masked(environment, text)).toBe(text)
})

test('masks a short or plain value only as a whole word', () => {
  const text = 'swordfish, swordfishes, xswordfish, "swordfish", user:swordfish@host'
  expect(masked({ DB_PASSWORD: 'swordfish' }, text)).toBe('***, swordfishes, xswordfish, "***", user:***@host')
  expect(masked({ DB_PASSWORD: 'k9$x' }, 'k9$x k9$xy 9k9$x')).toBe('*** k9$xy 9k9$x')
})

test('masks a short value after an escape or a colour', () => {
  registerSecret('k9$x')
  expect(maskSecrets(JSON.stringify({ text: 'one\nk9$x' }))).toBe('{"text":"one\\n***"}')
  expect(maskSecrets('\u001b[32mk9$x\u001b[39m')).toBe('\u001b[32m***\u001b[39m')
})

test('masks a long value inside a word', () => {
  expect(masked({ API_TOKEN: 'ab12-cd34-ef56' }, 'xab12-cd34-ef56y')).toBe('x***y')
})

test('masks each line of a value', () => {
  const PRIVATE_KEY = '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkq\r\nhkiG9w0BAQEFAASC\n-----END PRIVATE KEY-----\n'
  const lines = '-----BEGIN PRIVATE KEY-----\nfn | ***\nfn | ***\n-----END PRIVATE KEY-----'
  expect(masked({ PRIVATE_KEY }, lines.replace('***', 'MIIEvQIBADANBgkq').replace('***', 'hkiG9w0BAQEFAASC'))).toBe(lines)
  expect(maskSecrets(JSON.stringify({ key: PRIVATE_KEY }))).not.toMatch(/MIIE|hkiG/)
  expect(masked({ PEM_PRIVATE_KEY: '-----BEGIN KEY-----\\nescapedLineOne1\\n-----END KEY-----' }, 'escapedLineOne1')).toBe('***')
})

test('masks a value in JSON, in a URL and in Base64', () => {
  const secret = 'hunter2"quoted/and+more'
  registerSecret(secret)
  for (const form of [JSON.stringify({ secret }), encodeURIComponent(secret), Buffer.from(secret).toString('base64')]) {
    expect(maskSecrets(`<${form}>`)).toMatch(/^<(\*\*\*|\{"secret":"\*\*\*"\})>$/)
  }
})

test('masks the password in a URL', () => {
  const environment = { DATABASE_URL: 'postgres://admin:sup3r%2Fs3cret@db/orders', PROXY: 'http://proxy:8080' }
  const text = 'postgres://admin:***@db/orders sees *** of http://proxy:8080'
  expect(masked(environment, text.replace('***', 'sup3r%2Fs3cret').replace('***', 'sup3r/s3cret'))).toBe(text)
})

test('masks secrets in a JSON value', () => {
  const environment = { DB: '{"username":"shop-user","password":"json-pass-1"}', LIST: '["a"]' }
  expect(masked(environment, 'shop-user json-pass-1')).toBe('shop-user ***')
})

test('masks a well-known kind of token under any name', () => {
  const token = 'ghp_16C7e42F292c6912E7710c838347Ae178B4a'
  expect(masked({ WHATEVER: token }, token)).toBe('***')
})

test('masks secrets anywhere in options, but not the code', () => {
  const options = {
    enviroment: { API_TOKEN: ['tok-in-a-list'], PASSWORD: 1234567 },
    credentials: 'AKIA-given-wrong',
    image: { buildArgs: { NPM_TOKEN: 'npm-token-9' } },
    code: { 'token.mjs': 'export const visible = 1' },
  }
  expect(masked(options, 'tok-in-a-list 1234567 AKIA-given-wrong npm-token-9 export const visible = 1')).toBe(
    '*** *** *** *** export const visible = 1',
  )
})

test.each([undefined, null, 'text', 5, () => 1, [], new Map()])('takes %o for options', value => {
  expect(() => registerSecretsOf(value)).not.toThrow()
})

test("masks this process's AWS keys, not its region", () => {
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'real-secret-key')
  vi.stubEnv('AWS_REGION', 'eu-west-1')
  expect(maskSecrets('real-secret-key in eu-west-1')).toBe('*** in eu-west-1')
})
