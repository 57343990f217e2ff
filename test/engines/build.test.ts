import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type Docker from 'dockerode'
import { afterAll, expect, onTestFinished, test, vi } from 'vitest'
import { ContainerBackend } from '../../src/backends/engines/container-backend.ts'
import { buildImage } from '../../src/backends/engines/images/build-image.ts'
import { type ImageOptions, launch } from '../../src/index.ts'
import { LABELS } from '../../src/reaper/labels.ts'
import { containersOfFunction, describeEngines } from './support/describe-engines.ts'

const run = promisify(execFile)
const worker = fileURLToPath(new URL('fixtures/build.ts', import.meta.url))

/** A label of all images that these tests build. */
const OWN = `lambda-fixtures.test=${randomUUID()}`

const HANDLER = `
import fs from 'node:fs'
export const handler = async () => ({
  built: fs.readFileSync('/built.txt', 'utf8').trim(),
  arg: fs.readFileSync('/arg.txt', 'utf8').trim(),
  files: fs.readdirSync('/var/task').filter(name => name !== 'Dockerfile').sort(),
  text: fs.existsSync('/var/task/text.txt') && fs.readFileSync('/var/task/text.txt', 'utf8'),
  executable: fs.existsSync('/var/task/run.sh') && Boolean(fs.statSync('/var/task/run.sh').mode & 0o111),
})
`

/** Each build that really runs, instead of coming from a cache, writes another /built.txt. */
const dockerfile = (): string => `
ARG BASE=public.ecr.aws/lambda/nodejs:24
FROM \${BASE} AS base
LABEL ${OWN}
# ${randomUUID()}
ARG GREETING=none
COPY . /var/task/
RUN cat /proc/sys/kernel/random/uuid > /built.txt && echo "$GREETING" > /arg.txt
CMD ["app.handler"]

FROM base AS other
CMD ["nothing.there"]
`

interface Answer {
  readonly built: string
  readonly arg: string
  readonly files: readonly string[]
  readonly text: string | false
  readonly executable: boolean
}

function contextWith(files: Readonly<Record<string, string>> = {}): string {
  const context = mkdtempSync(join(tmpdir(), 'build-'))
  onTestFinished(() => rmSync(context, { recursive: true }))
  write(context, { Dockerfile: dockerfile(), 'app.mjs': HANDLER, ...files })
  return context
}

function write(context: string, files: Readonly<Record<string, string>>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(context, name)), { recursive: true })
    writeFileSync(join(context, name), content)
  }
}

await describeEngines('image builds', engine => {
  const { backend, docker } = engine
  const images = (): Promise<readonly Docker.ImageInfo[]> => docker.listImages({ filters: { label: [OWN] } })
  // podman finds nothing when it is asked for two labels.
  const built = async (): Promise<readonly Docker.ImageInfo[]> =>
    (await images()).filter(({ Labels, RepoTags }) => LABELS.built in Labels && RepoTags?.length)

  afterAll(async () => {
    for (const { Id } of await images()) await docker.getImage(Id).remove({ force: true })
  })

  const answer = async (image: ImageOptions): Promise<Answer> => {
    const options = { functionName: 'built', image, backend, memorySize: 256, timeout: 10, printLogs: 'never' } as const
    await using fn = await launch<() => Promise<Answer>>(options)
    return await fn()
  }

  const failure = async (image: ImageOptions): Promise<string> => {
    const error = await answer(image).then(
      () => new Error('nothing failed'),
      (error: Error & { code?: string }) => error,
    )
    const text = `${(error as { code?: string }).code}: ${error.message}`
    return text.replaceAll(String(image.context), 'CONTEXT').replace(/\b[\da-f]{12}\b/g, 'ID')
  }

  test('builds a function from a folder with a Dockerfile', async () => {
    const context = contextWith({ 'text.txt': 'one', 'run.sh': '#!/bin/sh\n' })
    chmodSync(join(context, 'run.sh'), 0o755)
    expect(await answer({ context, target: 'base', buildArgs: { GREETING: 'hello' } })).toEqual({
      built: expect.stringMatching(/^[\da-f-]{36}$/),
      arg: 'hello',
      files: ['app.mjs', 'run.sh', 'text.txt'],
      text: 'one',
      executable: true,
    })
  })

  test('builds the last stage if no target is given, and imageConfig changes what it starts', async () => {
    const context = contextWith()
    const options = { backend, memorySize: 256, timeout: 10, printLogs: 'never', image: { context } } as const
    await using failing = await launch(options)
    expect((await failing.invoke({})).error?.errorMessage).toMatch(/Cannot find module 'nothing'/)
    await using fn = await launch<() => Promise<Answer>>({ ...options, imageConfig: { command: ['app.handler'] } })
    expect(await fn()).toMatchObject({ arg: 'none' })
  })

  test('uses an image again, and labels it as built', async () => {
    const context = contextWith()
    const first = await answer({ context, target: 'base' })
    const before = await built()
    expect(await answer({ context, target: 'base' })).toEqual(first)
    expect(await built()).toEqual(before)
    const [name] = before.flatMap(({ RepoTags }) => RepoTags ?? [])
    expect(name).toMatch(/^localhost\/lambda-fixtures\/built:[\da-f]{32}$/)
    const { Config } = await docker.getImage(name ?? '').inspect()
    expect(Config.Labels).toMatchObject({ 'org.testcontainers': 'true', [LABELS.built]: 'true' })
    // Ryuk would remove an image with the label of its session.
    expect(Object.keys(Config.Labels)).not.toContain('org.testcontainers.session-id')
  })

  test('builds another image for other files, modes, arguments or stages, and none for those of before', async () => {
    const context = contextWith({ 'text.txt': 'one', 'run.sh': '#!/bin/sh\n' })
    const image = { context, target: 'base' }
    const first = await answer(image)
    write(context, { 'text.txt': 'two' })
    const second = await answer(image)
    expect(second).toMatchObject({ text: 'two', executable: false })
    expect(second.built).not.toBe(first.built)
    chmodSync(join(context, 'run.sh'), 0o755)
    expect(await answer(image)).toMatchObject({ text: 'two', executable: true })
    expect(await answer({ ...image, buildArgs: { GREETING: 'hello' } })).toMatchObject({ arg: 'hello' })
    write(context, { 'text.txt': 'one' })
    chmodSync(join(context, 'run.sh'), 0o644)
    expect(await answer(image)).toEqual(first)
  })

  test('builds another image when a build argument changes that only an ENV uses', async () => {
    const text = `FROM public.ecr.aws/lambda/nodejs:24\nLABEL ${OWN}\nRUN echo ${randomUUID()}\nARG GREETING\nENV GREETING=$GREETING\n`
    const context = contextWith({ Dockerfile: text })
    const greeting = async (GREETING: string): Promise<string | undefined> => {
      const build = { context, dockerfile: 'Dockerfile', buildArgs: { GREETING } }
      const name = await new ContainerBackend(backend).buildImage(build, engine.architecture)
      const { Config } = await docker.getImage(name).inspect()
      return Config.Env.find(variable => variable.startsWith('GREETING='))
    }
    expect([await greeting('one'), await greeting('two')]).toEqual(['GREETING=one', 'GREETING=two'])
  })

  // podman's builder supports these options.
  if (backend === 'docker')
    test('says how to build a Dockerfile that needs BuildKit', async () => {
      const context = contextWith({ Dockerfile: 'FROM public.ecr.aws/lambda/nodejs:24\nRUN --mount=type=cache,target=/x true\n' })
      expect((await failure({ context })).split('\n').at(-1)).toBe(
        'The engine builds it without BuildKit. Build it by hand and pass its name as imageUri: DOCKER_BUILDKIT=1 docker build --tag NAME --file CONTEXT/Dockerfile CONTEXT',
      )
    })

  test('neither sends nor hashes what .dockerignore names', async () => {
    const ignored = '*.log\nsecret\n!secret/kept.txt\n'
    const context = contextWith({ '.dockerignore': ignored, 'a.log': '1', 'secret/key': 'x', 'secret/kept.txt': '' })
    const first = await answer({ context, target: 'base' })
    expect(first.files.filter(name => name !== '.dockerignore')).toEqual(['app.mjs', 'secret'])
    write(context, { 'a.log': '2', 'b.log': '', 'secret/key': 'y' })
    expect(await answer({ context, target: 'base' })).toEqual(first)
  })

  test('builds another image when the base image has changed', async () => {
    const base = `localhost/lambda-fixtures/base-${randomUUID()}`
    const context = contextWith()
    const [repo, tag] = [base, 'latest']
    const image = { context, target: 'base', buildArgs: { BASE: `${base}:latest` } }
    await docker.getImage('public.ecr.aws/lambda/nodejs:24').tag({ repo, tag })
    onTestFinished(() => docker.getImage(base).remove() as Promise<void>)
    const first = await answer(image)
    expect(await answer(image)).toEqual(first)
    const container = await docker.createContainer({ Image: base, Cmd: ['x'] })
    await container.commit({ repo, tag })
    await container.remove()
    expect((await answer(image)).built).not.toBe(first.built)
  })

  test('builds once for several functions of one process', async () => {
    const context = contextWith()
    const answers = await Promise.all([1, 2, 3].map(() => answer({ context, target: 'base' })))
    expect(new Set(answers.map(({ built }) => built)).size).toBe(1)
  })

  test('builds while a test uses fake timers', async () => {
    const context = contextWith()
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    expect(await answer({ context, target: 'base' })).toMatchObject({ arg: 'none' })
  })

  test('builds once for two workers, and prints progress after a second', async () => {
    const context = contextWith({
      Dockerfile: `FROM public.ecr.aws/lambda/nodejs:24\nLABEL ${OWN}\n# ${randomUUID()}\nRUN sleep 1.5\n`,
    })
    const before = (await built()).length
    const workers = await Promise.all([1, 2].map(() => run(process.execPath, ['--no-warnings', worker, backend, context])))
    expect(new Set(workers.map(({ stdout }) => stdout)).size).toBe(1)
    expect((await built()).length).toBe(before + 1)
    const said = workers.map(({ stderr }) => stderr).join('')
    expect(said.replaceAll(context, 'CONTEXT').replace(/(Dockerfile)(?: …|: step .*)$/im, '$1 …')).toBe(
      `lambda-fixtures: ${backend} builds CONTEXT/Dockerfile …\nlambda-fixtures: ${backend} builds CONTEXT/Dockerfile: done\n`,
    )
  })

  test('reports a failed step with the builder’s output, and leaves nothing', async () => {
    const FAILS = 'FROM public.ecr.aws/lambda/nodejs:24 AS last\nRUN echo why it failed >&2; exit 3\n'
    const context = contextWith({ 'docker/fails.Dockerfile': FAILS })
    const before = await built()
    const image = { context, dockerfile: 'docker/fails.Dockerfile', target: 'last', buildArgs: { TOKEN: 'secret' } }
    const text = await failure(image)
    if (backend === 'docker')
      expect(text).toMatchInlineSnapshot(`
      "IMAGE_BUILD_FAILED: docker could not build the image of CONTEXT (docker/fails.Dockerfile, x86_64): The command '/bin/sh -c echo why it failed >&2; exit 3' returned a non-zero code: 3.
      The builder's last lines:
        Step 1/4 : FROM public.ecr.aws/lambda/nodejs:24 AS last
         ---> ID
        Step 2/4 : RUN echo why it failed >&2; exit 3
         ---> Running in ID
        why it failed
        Removing intermediate container ID
      To see the whole output, build it by hand: docker build --file CONTEXT/docker/fails.Dockerfile --target last --build-arg TOKEN=… CONTEXT"
    `)
    else
      expect(text).toMatchInlineSnapshot(`
      "IMAGE_BUILD_FAILED: podman could not build the image of CONTEXT (docker/fails.Dockerfile, x86_64): building at STEP "RUN echo why it failed >&2; exit 3": while running runtime: exit status 3.
      The builder's last lines:
        STEP 1/4: FROM public.ecr.aws/lambda/nodejs:24 AS last
        STEP 2/4: RUN echo why it failed >&2; exit 3
        why it failed
      To see the whole output, build it by hand: podman build --file CONTEXT/docker/fails.Dockerfile --target last --build-arg TOKEN=… CONTEXT"
    `)
    expect(await built()).toEqual(before)
    expect(await containersOfFunction(docker, 'built')).toEqual([])
    const containers = await docker.listContainers({ all: true })
    expect(containers.filter(({ Command }) => Command.includes('why it failed'))).toEqual([])
  })

  test('reports a refusal in the builder’s words', async () => {
    const text = await failure({ context: contextWith(), target: 'nowhere' })
    expect(text).toMatch(/^IMAGE_BUILD_FAILED: \w+ could not build the image of CONTEXT \(Dockerfile, x86_64\): .*nowhere/)
    const empty = await failure({ context: contextWith({ Dockerfile: '' }) })
    expect(empty).toMatch(/^IMAGE_BUILD_FAILED: \w+ could not build the image of CONTEXT \(Dockerfile, x86_64\): ./)
  })

  test('ends a build when a file of the context can’t be packed', async () => {
    const context = contextWith()
    await run('mkfifo', [join(context, 'pipe')])
    const name = `localhost/lambda-fixtures/broken-off:${randomUUID()}`
    const build = { context, dockerfile: 'Dockerfile', buildArgs: {} }
    await expect(buildImage(engine, build, { architecture: engine.architecture, name })).rejects.toThrow(
      /^pipe is neither a file, a folder nor a symbolic link$/,
    )
    await expect(docker.getImage(name).inspect()).rejects.toMatchObject({ statusCode: 404 })
  })

  test('reports a context that can’t be packed', async () => {
    const context = contextWith()
    await run('mkfifo', [join(context, 'pipe')])
    expect(await failure({ context })).toBe(
      `IMAGE_BUILD_FAILED: ${backend} could not build the image of CONTEXT (Dockerfile, x86_64): pipe is neither a file, a folder nor a symbolic link.\nTo see the whole output, build it by hand: ${backend} build --file CONTEXT/Dockerfile CONTEXT`,
    )
  })
})
