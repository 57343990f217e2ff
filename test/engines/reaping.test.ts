import type Docker from 'dockerode'
import { expect, onTestFinished, test } from 'vitest'
import { loadBackend } from '../../src/backends/load-backend.ts'
import { LABELS, labelsFor } from '../../src/reaper/labels.ts'
import { containersWith, describeEngines } from './support/describe-engines.ts'
import { removed as gone, startWorker } from './support/worker.ts'

await describeEngines('the container of a killed run', ({ backend, docker }) => {
  test('is removed within seconds', { timeout: 60_000 }, async () => {
    const { child, id } = await startWorker(backend)
    child.kill('SIGKILL')
    await gone(docker, id)
    expect(await containersWith(docker, `${LABELS.instance}=${id}`)).toHaveLength(0)
  })

  test('ends by itself without a watchdog', { timeout: 60_000 }, async () => {
    const { child, id } = await startWorker(backend, { LAMBDA_FIXTURES_WATCHDOG_DISABLED: 'true' })
    child.kill('SIGKILL')
    await gone(docker, id)
    expect(await containersWith(docker, `${LABELS.instance}=${id}`)).toHaveLength(0)
  })

  test('is reaped by a later run if it never started; containers of living runs stay', async () => {
    const create = async (owner: string): Promise<Docker.Container> => {
      const Labels = { ...labelsFor({ functionName: 'stale' }), [LABELS.owner]: owner }
      return await docker.createContainer({ Image: 'public.ecr.aws/lambda/provided:al2023', Labels })
    }
    const own = labelsFor({})[LABELS.owner]!
    const [stale, living] = await Promise.all([create(own.replace(/:\d+:\d+$/, ':4194301:1')), create(own)])
    onTestFinished(() => living.remove({ force: true }))
    const { reapStale } = await loadBackend(backend).then(found => ({ reapStale: found.reapStale!.bind(found) }))
    expect((await reapStale({ dryRun: true })).removed.map(({ id }) => id)).toContain(stale.id.slice(0, 12))
    const { removed, kept } = await reapStale()
    expect(removed.find(({ id }) => stale.id.startsWith(id))).toMatchObject({ backend, kind: 'container', functionName: 'stale' })
    expect(kept.find(({ id }) => living.id.startsWith(id))?.reason).toBe(`its owner, process ${process.pid}, is running`)
  })
})
