import { existsSync } from 'node:fs'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ensurePrivateTmp } from '../../../../src/backends/process/private-tmp.ts'
import { launch } from '../../../../src/index.ts'

const available = await ensurePrivateTmp().then(
  () => true,
  () => false,
)

const code = {
  'index.mjs': `
    import { writeFileSync, readdirSync } from 'node:fs'
    export const handler = async () => {
      writeFileSync('/tmp/lambda-fixtures-private-tmp-test', 'x')
      return { tmp: readdirSync('/tmp'), cwd: process.cwd(), uid: process.getuid(), tmpdir: process.env.TMPDIR ?? null }
    }`,
}

beforeEach(() => {
  vi.stubEnv('LAMBDA_FIXTURES_PRIVATE_TMP', '1')
})
afterEach(() => {
  vi.unstubAllEnvs()
})

if (available) {
  test('a hard-coded /tmp is the environment’s own', async () => {
    await using one = await launch({ runtime: 'nodejs24.x', handler: 'index.handler', code, backend: 'process' })
    await using two = await launch({ runtime: 'nodejs24.x', handler: 'index.handler', code, backend: 'process' })
    const seen = { tmp: ['lambda-fixtures-private-tmp-test'], cwd: '/mnt/task', uid: 0, tmpdir: null }
    expect(await one({})).toEqual(seen)
    expect(await two({})).toEqual(seen)
    expect(existsSync('/tmp/lambda-fixtures-private-tmp-test')).toBe(false)
  })

  test('it survives a reset, as /tmp does on AWS', async () => {
    const bootstrap = `#!/bin/bash
    [ -e /tmp/mark ] && BEFORE=true || BEFORE=false
    touch /tmp/mark
    ID=$(curl -sD - -o /dev/null "http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation/next" | tr -d '\\r' | sed -n 's/^Lambda-Runtime-Aws-Request-Id: //Ip')
    curl -s -d "$BEFORE" "http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation/$ID/response" > /dev/null`
    await using fn = await launch({ runtime: 'provided.al2023', code: { bootstrap }, backend: 'process' })
    expect([await fn({}), await fn({})]).toEqual([false, true])
  })
} else {
  test('is refused with the machine’s reason where there are no mount namespaces', async () => {
    const launching = launch({ runtime: 'nodejs24.x', handler: 'index.handler', code, backend: 'process' })
    await expect(launching).rejects.toMatchObject({
      code: 'INSTANCE_START_FAILED',
      message: expect.stringContaining('private /tmp'),
    })
  })
}
