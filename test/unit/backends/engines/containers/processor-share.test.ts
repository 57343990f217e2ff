import { expect, test, vi } from 'vitest'
import { connectEngine } from '../../../../../src/backends/engines/connection/connect-engine.ts'
import { ProcessorShare } from '../../../../../src/backends/engines/containers/processor-share.ts'
import {
  DOCKER_VERSION,
  type EngineAnswer,
  type EngineDouble,
  PODMAN_VERSION,
  startEngineDouble,
} from '../../../../support/engine-double.ts'

const notice = vi.hoisted(() => vi.fn<(key: string, text: string) => void>())
vi.mock(import('../../../../../src/backends/notice.ts'), () => ({ noticeOnce: notice }))

const DOCKER_UPDATE = 'POST /containers/c1/update'
const PODMAN_UPDATE = 'POST /libpod/containers/c1/update'

async function shareOn(
  version: EngineAnswer,
  answers: Record<string, EngineAnswer>,
  memorySize = 1_769,
): Promise<{ engine: EngineDouble; share: ProcessorShare; asked: (...paths: string[]) => Promise<unknown[]> }> {
  const engine = await startEngineDouble({ 'GET /version': version, ...answers })
  const connected = await connectEngine('podman', [engine])
  const share = new ProcessorShare(connected, connected.docker.getContainer('c1'), memorySize)
  const asked = async (...paths: string[]): Promise<unknown[]> => {
    await engine.received(1 + paths.length)
    expect(engine.asked.slice(1)).toEqual(paths)
    return engine.requests.slice(1).map(({ body }) => (body === '' ? undefined : JSON.parse(body)))
  }
  return { engine, share, asked }
}

test('limits a container to the share of its memory size, and lifts the limit, in order', async () => {
  const { share, asked } = await shareOn(DOCKER_VERSION, { [DOCKER_UPDATE]: {} })
  share.limit()
  share.lift()
  share.limit()
  share.limit()
  const limited = { CpuPeriod: 20_000, CpuQuota: 20_000 }
  expect(await asked(DOCKER_UPDATE, DOCKER_UPDATE, DOCKER_UPDATE)).toEqual([limited, { ...limited, CpuQuota: -1 }, limited])
})

test.each([
  [128, 1_447],
  [10_240, 115_772],
  [64, 1_000],
])('%i MB get %i µs of each 20,000', async (memorySize, quota) => {
  const { share, asked } = await shareOn(DOCKER_VERSION, { [DOCKER_UPDATE]: {} }, memorySize)
  share.limit()
  expect(await asked(DOCKER_UPDATE)).toEqual([{ CpuPeriod: 20_000, CpuQuota: quota }])
})

test('uses podman’s own API on podman', async () => {
  const { share, asked } = await shareOn(PODMAN_VERSION, { [PODMAN_UPDATE]: [201, ''] })
  share.limit()
  expect(await asked(PODMAN_UPDATE)).toEqual([{ cpu: { period: 20_000, quota: 20_000 } }])
})

test('a refusal is no notice when the engine can limit others', async () => {
  const { share, asked } = await shareOn(DOCKER_VERSION, {
    [DOCKER_UPDATE]: [409, { message: 'container is stopped' }],
    'GET /info': { CpuCfsQuota: true },
  })
  share.limit()
  await asked(DOCKER_UPDATE, 'GET /info')
  share.lift()
  await asked(DOCKER_UPDATE, 'GET /info', DOCKER_UPDATE, 'GET /info')
  expect(notice).not.toHaveBeenCalled()
})

test('says so when the engine can limit nothing', async () => {
  const { share } = await shareOn(PODMAN_VERSION, {
    [PODMAN_UPDATE]: [500, { message: 'no cpu controller' }],
    'GET /libpod/info': { host: { cgroupControllers: ['memory'] } },
  })
  const text = new Promise<string>(resolve => {
    notice.mockImplementationOnce((_, said) => resolve(said))
  })
  share.limit()
  expect(await text).toMatch(
    /^podman can't limit the processor share of its containers \(.*no cpu controller\)\. Functions use whole/,
  )
})
