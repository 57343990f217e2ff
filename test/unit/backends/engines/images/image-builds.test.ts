import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { connectEngine } from '../../../../../src/backends/engines/connection/connect-engine.ts'
import { ImageBuilds } from '../../../../../src/backends/engines/images/image-builds.ts'
import type { ImageBuild } from '../../../../../src/model/lambda-function.ts'
import { DOCKER_VERSION, type EngineAnswer, type EngineRequest, startEngineDouble } from '../../../../support/engine-double.ts'

vi.stubEnv('DOCKER_CONFIG', '/nowhere')

/** A folder whose Dockerfile starts from `base:1`. */
function buildOf(files: Readonly<Record<string, string>> = {}, more: Partial<ImageBuild> = {}): ImageBuild {
  const context = mkdtempSync(join(tmpdir(), 'build-'))
  onTestFinished(() => rmSync(context, { recursive: true }))
  const all = { Dockerfile: 'FROM base:1\n', unique: context, ...files }
  for (const [name, content] of Object.entries(all)) writeFileSync(join(context, name), content)
  return { context, dockerfile: 'Dockerfile', buildArgs: {}, ...more }
}

/** An engine that keeps what it tags. `lines` are what its builder says. */
async function engineWith(
  lines: readonly object[] = [{ stream: 'Successfully built\n' }],
  onLookup: () => void = () => undefined,
) {
  const names = new Map([['base:1', 'sha256:base']])
  let built = 0
  const inspect = ({ path }: EngineRequest): EngineAnswer => {
    if (path.includes('/built:')) onLookup()
    const id = names.get(path.replace(/^\/images\/(.*)\/json$/, '$1'))
    return id === undefined ? [404, { message: 'no such image' }] : { Id: id }
  }
  const answers: Record<string, EngineAnswer | ((request: EngineRequest) => EngineAnswer)> = {
    'GET /version': DOCKER_VERSION,
    'POST /build': ({ query }) => {
      names.set(query.get('t')!, `sha256:${++built}`)
      return { lines }
    },
  }
  // The paths have the images' names in them, which are not known before.
  const byPath = new Proxy(answers, {
    get(target, key: string) {
      if (key in target) return target[key]
      if (key.startsWith('GET /images/')) return inspect
      if (key.startsWith('DELETE /images/')) return ({ path }: EngineRequest) => [200, [names.delete(path.slice(8)), path]]
      if (!key.endsWith('/tag')) return undefined
      return ({ path, query }: EngineRequest): EngineAnswer => {
        names.set(`${query.get('repo')}:${query.get('tag')}`, names.get(path.slice(8, -4))!)
        return [201, '']
      }
    },
  })
  const engine = await startEngineDouble(byPath)
  const builds = new ImageBuilds(await connectEngine('docker', [engine]))
  return { builds, names, engine, count: () => built }
}

test('builds an image under a name of its content, once', async () => {
  const { builds, names, engine, count } = await engineWith()
  const build = buildOf({}, { target: 'lambda', buildArgs: { A: '1' } })
  const [first, second] = await Promise.all([builds.get(build, 'x86_64'), builds.get(build, 'x86_64')])
  expect(first).toMatch(/^localhost\/lambda-fixtures\/built:[\da-f]{32}$/)
  expect([second, await builds.get(build, 'x86_64'), count()]).toEqual([first, first, 1])
  // The provisional name is gone.
  expect([...names.keys()]).toEqual(['base:1', first])
  const { query } = engine.requests.find(({ path }) => path === '/build')!
  expect(Object.fromEntries(query)).toMatchObject({
    dockerfile: 'Dockerfile',
    target: 'lambda',
    buildargs: '{"A":"1"}',
    platform: 'linux/amd64',
    labels: '{"lambda-fixtures.built":"true","org.testcontainers":"true"}',
    forcerm: 'true',
  })
})

test('what changes the image changes its name', async () => {
  const { builds, names } = await engineWith()
  const build = buildOf()
  const variants = [
    () => builds.get(build, 'x86_64'),
    () => builds.get(build, 'arm64'),
    () => builds.get({ ...build, target: 'lambda' }, 'x86_64'),
    () => builds.get({ ...build, buildArgs: { A: '1' } }, 'x86_64'),
    () => {
      writeFileSync(join(build.context, 'file'), '')
      return builds.get(build, 'x86_64')
    },
    () => {
      names.set('base:1', 'sha256:other')
      return builds.get(build, 'x86_64')
    },
  ]
  const found = new Set<string>()
  for (const variant of variants) found.add(await variant())
  expect(found.size).toBe(variants.length)
})

test('an image is named after what was sent, also when files change after it was looked for', async () => {
  const build = buildOf()
  let isFirst = true
  const { builds, count } = await engineWith(undefined, () => {
    if (isFirst) writeFileSync(join(build.context, 'changed'), '')
    isFirst = false
  })
  const name = await builds.get(build, 'x86_64')
  expect([await builds.get(build, 'x86_64'), count()]).toEqual([name, 1])
})

test('a failed build is told with the last lines of the builder and the command to repeat it, without values', async () => {
  const { builds, names } = await engineWith([
    { stream: 'Step 1/2 : RUN false\n' },
    { errorDetail: { message: 'it returned 1' } },
  ])
  const build = buildOf({}, { target: 'lambda', buildArgs: { TOKEN: 'secret' } })
  const failure = await builds.get(build, 'x86_64').catch((error: Error & { data?: object }) => error)
  expect(failure).toMatchObject({ code: 'IMAGE_BUILD_FAILED', data: { output: ['Step 1/2 : RUN false'] } })
  expect((failure as Error).message.replaceAll(build.context, 'CONTEXT')).toBe(
    'docker could not build the image of CONTEXT (Dockerfile, x86_64): it returned 1.\n' +
      "The builder's last lines:\n  Step 1/2 : RUN false\n" +
      'To see the whole output, build it by hand: docker build --file CONTEXT/Dockerfile --target lambda --build-arg TOKEN=… CONTEXT',
  )
  expect([...names.keys()].filter(name => /built:[\da-f]{32}$/.test(name))).toEqual([])
})

test('a Dockerfile that does not exist is a failed build', async () => {
  const { builds } = await engineWith()
  const failure = builds.get(buildOf({}, { dockerfile: 'none' }), 'x86_64')
  await expect(failure).rejects.toMatchObject({ code: 'IMAGE_BUILD_FAILED', message: expect.stringContaining('ENOENT') })
})
