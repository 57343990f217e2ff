import { randomUUID } from 'node:crypto'
import { expect, onTestFinished, test, vi } from 'vitest'
import { connectEngine } from '../../../../../src/backends/engines/connection/connect-engine.ts'
import { Images } from '../../../../../src/backends/engines/images/images.ts'
import { PullProgress } from '../../../../../src/backends/engines/images/pull-progress.ts'
import { DOCKER_VERSION, type EngineAnswer, type EngineDouble, startEngineDouble } from '../../../../support/engine-double.ts'

vi.stubEnv('DOCKER_CONFIG', '/nowhere')

const PULL = 'POST /images/create'
const image = (architecture: string): object => ({
  Id: 'sha256:1',
  Architecture: architecture,
  Config: { Entrypoint: ['/entry'], Cmd: null, WorkingDir: '', Env: ['A=b=c'] },
})

/** An engine that gets the image, or fails, when it is asked to pull it. Each has a name of its own, as pulls take turns by it. */
async function engineWith(options: {
  readonly local?: string
  readonly pulled?: string
  readonly error?: string
}): Promise<{ images: Images; reference: string; engine: EngineDouble }> {
  const reference = `registry.corp/${randomUUID()}:1`
  let architecture = options.local
  const engine = await startEngineDouble({
    'GET /version': DOCKER_VERSION,
    [`GET /images/${reference}/json`]: (): EngineAnswer =>
      architecture === undefined ? [404, { message: 'no such image' }] : image(architecture),
    [PULL]: () => {
      if (options.error === undefined) architecture = options.pulled
      return { lines: options.error === undefined ? [{ status: 'Pulling' }] : [{ error: options.error }] }
    },
  })
  return { images: new Images(await connectEngine('docker', [engine])), reference, engine }
}

test('an image that the engine has is not pulled', async () => {
  const { images, reference, engine } = await engineWith({ local: 'amd64' })
  expect(await images.get(reference, 'x86_64')).toEqual({
    reference,
    architecture: 'x86_64',
    entryPoint: ['/entry'],
    command: [],
    workingDirectory: '/',
    environment: { A: 'b=c' },
  })
  expect(engine.asked).not.toContain(PULL)
})

test('an image that the engine does not have is pulled for the architecture, once for all who want it', async () => {
  const { images, reference, engine } = await engineWith({ pulled: 'arm64' })
  const [first, second] = await Promise.all([images.get(reference, 'arm64'), images.get(reference, 'arm64')])
  expect(first).toBe(second)
  expect(engine.asked.filter(line => line === PULL)).toHaveLength(1)
  const { query } = engine.requests.find(({ path }) => path === '/images/create')!
  expect(Object.fromEntries(query)).toMatchObject({ fromImage: reference.slice(0, -2), tag: '1', platform: 'linux/arm64' })
})

test('is looked up again once it was forgotten, or could not be found', async () => {
  const failing = await engineWith({ error: 'not found' })
  await expect(failing.images.get(failing.reference, 'x86_64')).rejects.toThrow('not found')
  await expect(failing.images.get(failing.reference, 'x86_64')).rejects.toThrow('not found')
  expect(failing.engine.asked.filter(line => line === PULL)).toHaveLength(2)
  const { images, reference, engine } = await engineWith({ local: 'amd64' })
  await images.get(reference, 'x86_64')
  images.forget(reference)
  await images.get(reference, 'x86_64')
  expect(engine.asked).toHaveLength(3)
})

test('a pull that fails is told in the registry’s words, with what to do', async () => {
  const { images, reference } = await engineWith({ error: 'manifest unknown' })
  await expect(images.get(reference, 'x86_64')).rejects.toMatchObject({
    code: 'IMAGE_PULL_FAILED',
    message: `docker does not have the image ${reference} (x86_64) and could not pull it: manifest unknown. Check its name, or build it first.`,
  })
})

test('a pull is aborted when nobody waits for it any more, and the error says how far it was', async () => {
  const reference = `registry.corp/${randomUUID()}:1`
  const downloading = { id: 'a', status: 'Downloading', progressDetail: { current: 3e6, total: 80e6 } }
  const engine = await startEngineDouble({ 'GET /version': DOCKER_VERSION, [PULL]: { lines: [downloading], goesOn: true } })
  const seen = Promise.withResolvers<void>()
  const { add } = PullProgress.prototype
  const spy = vi.spyOn(PullProgress.prototype, 'add').mockImplementation(function (this: PullProgress, message) {
    add.call(this, message)
    seen.resolve()
  })
  onTestFinished(() => spy.mockRestore())
  const images = new Images(await connectEngine('docker', [engine]))
  const [first, second] = [new AbortController(), new AbortController()]
  const waits = [first, second].map(({ signal }) => images.get(reference, 'x86_64', signal))
  await seen.promise
  first.abort()
  await expect(waits[0]).rejects.toMatchObject({ code: 'IMAGE_PULL_FAILED' })
  const brokenOff = engine.brokenOff()
  second.abort()
  await expect(waits[1]).rejects.toThrow(`docker was still pulling ${reference} (3 of 80 MB).`)
  await brokenOff
})

test('an image for another architecture is replaced, if the registry has one for the right one', async () => {
  const { images, reference } = await engineWith({ local: 'arm64', pulled: 'amd64' })
  expect(await images.get(reference, 'x86_64')).toMatchObject({ architecture: 'x86_64' })
})

test.each([
  [{ local: 'arm64', error: 'manifest unknown' }, / Pulling one for x86_64 failed: docker does not have .*: manifest unknown/],
  [{ pulled: 'arm64' }, /or use an image for x86_64\.$/],
])('an image for another architecture alone is refused: %o', async (options, end) => {
  const { images, reference } = await engineWith(options)
  const failure = await images.get(reference, 'x86_64').catch((error: Error) => error)
  expect(failure).toMatchObject({ code: 'UNSUPPORTED_ARCHITECTURE' })
  expect((failure as Error).message).toMatch(/ is for arm64, but the function is for x86_64\. Set architecture: 'arm64', /)
  expect((failure as Error).message).toMatch(end)
})
