import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type Docker from 'dockerode'
import { expect, onTestFinished, test } from 'vitest'
import { loadBackend } from '../../../src/backends/load-backend.ts'
import { labelNames, labelsFor } from '../../../src/reaper/labels.ts'
import { containersWith, describeEngines, type EngineName } from './engines.ts'

const program = fileURLToPath(new URL('fixtures/worker.ts', import.meta.url))

/** A run of its own with one function; gives the instance. */
async function startWorker(backend: EngineName, env: Record<string, string> = {}): Promise<{ child: ChildProcess; id: string }> {
  const { LAMBDA_FIXTURES_SESSION: _, VITEST: _vitest, ...inherited } = process.env
  const child = spawn(process.execPath, ['--no-warnings', program, backend], {
    env: { ...inherited, LAMBDA_FIXTURES_SESSION: randomSession(), ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const [id] = (await once(createInterface({ input: child.stdout! }), 'line')) as [string]
  return { child, id }
}

const randomSession = (): string => crypto.randomUUID().replaceAll('-', '').slice(0, 16)

async function removed(docker: Docker, instance: string): Promise<void> {
  for (const container of await containersWith(docker, `${labelNames.instance}=${instance}`))
    await container.wait({ condition: 'removed' }).catch(() => undefined)
}

await describeEngines('what a killed run leaves', ({ backend, docker }) => {
  test('ends within seconds', { timeout: 60_000 }, async () => {
    const { child, id } = await startWorker(backend)
    child.kill('SIGKILL')
    await removed(docker, id)
    expect(await containersWith(docker, `${labelNames.instance}=${id}`)).toHaveLength(0)
  })

  test('ends by itself where no watchdog is: the lifeline', { timeout: 60_000 }, async () => {
    const { child, id } = await startWorker(backend, { LAMBDA_FIXTURES_WATCHDOG_DISABLED: 'true' })
    child.kill('SIGKILL')
    await removed(docker, id)
    expect(await containersWith(docker, `${labelNames.instance}=${id}`)).toHaveLength(0)
  })

  test('is swept by a later run if it never started, and what lives is left', async () => {
    const create = async (owner: string): Promise<Docker.Container> => {
      const Labels = { ...labelsFor({ functionName: 'stale' }), [labelNames.owner]: owner }
      return await docker.createContainer({ Image: 'public.ecr.aws/lambda/provided:al2023', Labels })
    }
    const own = labelsFor({})[labelNames.owner]!
    const [stale, living] = await Promise.all([create(own.replace(/:\d+:\d+$/, ':4194301:1')), create(own)])
    onTestFinished(() => living.remove({ force: true }))
    const { reapStale } = await loadBackend(backend).then(found => ({ reapStale: found.reapStale!.bind(found) }))
    expect((await reapStale({ dryRun: true })).removed.map(({ id }) => id)).toContain(stale.id)
    const { removed, left } = await reapStale()
    expect(removed.find(({ id }) => id === stale.id)).toMatchObject({ backend, kind: 'container', functionName: 'stale' })
    expect(left.find(({ id }) => id === living.id)?.reason).toBe(`its owner, process ${process.pid}, is running`)
  })
})
