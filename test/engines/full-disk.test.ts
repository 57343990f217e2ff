import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { rm, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { launchProbe } from '../support/probe.ts'
import { describeEngines } from './support/describe-engines.ts'
import { OwnEngine } from './support/own-engine.ts'

const LEFT = 4 * 1_048_576

await describeEngines('a full disk', ({ backend: name }) => {
  test('a launch fails in the engine’s words while its code has no room, and works again once it has', {
    timeout: 90_000,
  }, async () => {
    const engine = await OwnEngine.start({ name, images: ['public.ecr.aws/lambda/nodejs:24'], disk: 700 })
    onTestFinished(() => engine[Symbol.asyncDispose](), 60_000)
    const filler = join(engine.data, 'filler')
    const { bavail, bsize } = await statfs(engine.data)
    await promisify(execFile)('fallocate', ['-l', String(bavail * bsize - LEFT), filler])
    const backend = engine.backend
    const code = {
      'app.mjs': 'export const handler = async () => 1',
      'big.bin': randomBytes(2 * LEFT).toString('hex'),
    }
    const launched = launchProbe(backend, { functionName: 'too-big', code })
    await expect(launched).rejects.toMatchObject({
      code: 'INSTANCE_START_FAILED',
      message: expect.stringMatching(
        /^\w+ could not start a container of public\.ecr\.aws\/lambda\/nodejs:24 for "too-big": .*no space left on device/,
      ),
    })
    await rm(filler)
    const fn = await launchProbe(backend, { functionName: 'too-big', code })
    expect(await fn({})).toBe(1)
    await fn.terminate()
    expect(await (await engine.docker()).listContainers({ all: true })).toEqual([])
  })
})
