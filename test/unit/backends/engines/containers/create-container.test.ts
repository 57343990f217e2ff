import { expect, test } from 'vitest'
import { connectEngine } from '../../../../../src/backends/engines/connection/connect-engine.ts'
import { type ContainerOptions, createContainer } from '../../../../../src/backends/engines/containers/create-container.ts'
import type { LambdaFunction } from '../../../../../src/model/lambda-function.ts'
import {
  DOCKER_VERSION,
  type EngineAnswer,
  type EngineDouble,
  type EngineRequest,
  PODMAN_VERSION,
  startEngineDouble,
} from '../../../../support/engine-double.ts'

const CREATE = 'POST /containers/create'
const FN = { functionName: 'orders', memorySize: 128, ephemeralStorage: 512, architecture: 'x86_64' } as LambdaFunction
const IMAGE_FN: LambdaFunction = { ...FN, imageUri: 'image:1' }

async function create(
  fn: LambdaFunction,
  answers: Record<string, EngineAnswer | ((request: EngineRequest) => EngineAnswer | undefined)> = {},
  version: EngineAnswer = DOCKER_VERSION,
): Promise<{ readonly archiveRoot: string; readonly engine: EngineDouble; readonly created: readonly any[] }> {
  const engine = await startEngineDouble({ 'GET /version': version, [CREATE]: [201, { Id: 'c1' }], ...answers })
  const connected = await connectEngine('docker', [engine])
  const options: ContainerOptions = {
    name: 'lambda-orders-1',
    fn,
    image: 'image:1',
    labels: {},
    environment: {},
    host: { ports: [], ipv6: false },
  }
  const { archiveRoot } = await createContainer(connected, options)
  const created = engine.requests.filter(({ path }) => path === '/containers/create').map(({ body }) => JSON.parse(body))
  return { archiveRoot, engine, created }
}

/** The answer to a request for the mode of a folder. */
const folderWith = (mode: number): EngineAnswer => ({
  headers: { 'x-docker-container-path-stat': Buffer.from(JSON.stringify({ mode })).toString('base64') },
})

test('a ZIP function’s files are unpacked to the root', async () => {
  const { archiveRoot, created } = await create(FN)
  expect(archiveRoot).toBe('/')
  expect(created).toMatchObject([{ HostConfig: { ReadonlyRootfs: false, Mounts: [{ Target: '/tmp' }] } }])
})

test('Docker gets a folder of its own for the init of an image, whose root is read-only', async () => {
  const { archiveRoot, created } = await create(IMAGE_FN, { 'HEAD /containers/c1/archive': folderWith(0o777) })
  expect(archiveRoot).toBe('/lf')
  expect(created).toMatchObject([{ HostConfig: { ReadonlyRootfs: true, Mounts: [{ Target: '/tmp' }, { Target: '/lf' }] } }])
})

test('podman unpacks to a root that is read-only', async () => {
  const { archiveRoot, created } = await create(IMAGE_FN, {}, { ...PODMAN_VERSION, Arch: 'amd64' })
  expect(archiveRoot).toBe('/')
  expect(created).toMatchObject([{ HostConfig: { ReadonlyRootfs: true, Mounts: [{ Target: '/tmp' }] } }])
})

test('an image without a /tmp gets a root that can be unpacked to', async () => {
  const answers = { 'HEAD /containers/c1/archive': folderWith(0o755), 'DELETE /containers/c1': [204, ''] as const }
  const { archiveRoot, created, engine } = await create(IMAGE_FN, answers)
  expect(archiveRoot).toBe('/')
  expect(created.map(({ HostConfig }) => HostConfig.ReadonlyRootfs)).toEqual([true, false])
  expect(engine.asked).toContain('DELETE /containers/c1')
})

test.each([
  [409, 'Conflict. The container name "/lambda-orders-1" is already in use by container "c0".'],
  [500, 'creating container storage: the container name "lambda-orders-1" is already in use by c0.'],
])('a container has no name when somebody else has it (%i)', async (status, message) => {
  const named = ({ query }: EngineRequest): EngineAnswer => (query.has('name') ? [status, { message }] : [201, { Id: 'c1' }])
  const { engine } = await create(FN, { [CREATE]: named })
  const names = engine.requests.filter(({ path }) => path === '/containers/create').map(({ query }) => query.get('name'))
  expect(names).toEqual(['lambda-orders-1', null])
})

test('the size of /tmp is limited where the engine can, which is tried once', async () => {
  const answers = { 'POST /volumes/create': [201, { Name: 'v1' }] as const, 'DELETE /volumes/v1': [204, ''] as const }
  const { created, engine } = await create(FN, answers)
  expect(created[0].HostConfig.Mounts[0].VolumeOptions.DriverConfig.Options).toEqual({ size: '512m' })
  expect(engine.asked.slice(1)).toEqual(['POST /volumes/create', 'DELETE /volumes/v1', CREATE])
})

test('a foreign architecture is asked for by its platform', async () => {
  const { engine } = await create({ ...FN, architecture: 'arm64' })
  expect(engine.requests.at(-1)?.query.get('platform')).toBe('linux/arm64')
})
