import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { PassThrough } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { LABELS } from '../../src/reaper/labels.ts'
import { containersOf, containersWith, describeEngines } from './support/describe-engines.ts'
import { removed } from './support/worker.ts'

const checkout = fileURLToPath(new URL('../..', import.meta.url))
const program = fileURLToPath(new URL('fixtures/tests-in-container.ts', import.meta.url))

await describeEngines('tests that run in a container with the engine’s socket', ({ backend, docker, url }) => {
  test('launch functions that reach their services and end with them', { timeout: 90_000 }, async () => {
    const socket = url.slice('unix://'.length)
    const tests = await docker.createContainer({
      Image: 'public.ecr.aws/lambda/nodejs:24',
      Entrypoint: ['node', '--no-warnings', program],
      Cmd: [backend],
      Env: ['DOCKER_HOST=unix:///engine.sock', 'LAMBDA_FIXTURES_PODMAN=unix:///engine.sock'],
      WorkingDir: '/tmp',
      HostConfig: { Binds: [`${checkout}:${checkout}:ro`, `${socket}:/engine.sock`] },
    })
    onTestFinished(() => tests.remove({ force: true }).catch(() => undefined))
    const stream = await tests.attach({ stream: true, stdout: true, stderr: true })
    const stdout = new PassThrough()
    let stderr = ''
    const errors = new PassThrough().on('data', chunk => {
      stderr += String(chunk)
    })
    docker.modem.demuxStream(stream, stdout, errors)
    await tests.start()
    const ended = tests.wait().then(() => {
      throw new Error(`It ended before it had said anything: ${stderr}`)
    })
    const [line] = (await Promise.race([once(createInterface({ input: stdout }), 'line'), ended])) as [string]
    ended.catch(() => undefined)
    const { instance, ...did } = JSON.parse(line) as { instance: string }
    expect(did).toEqual({ lines: ['line 0', 'line 1', 'line 2'], fetched: 'from the tests’ own container' })
    expect(await containersOf(docker, instance)).toHaveLength(1)
    await tests.kill()
    await removed(docker, instance)
    expect(await containersWith(docker, `${LABELS.instance}=${instance}`)).toHaveLength(0)
  })
})
