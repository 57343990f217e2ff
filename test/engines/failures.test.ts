import { expect, onTestFinished, test, vi } from 'vitest'
import { launchProbe } from '../support/probe.ts'
import { containerOf, containersOfFunction, describeEngines } from './support/describe-engines.ts'
import { importImage } from './support/import-image.ts'

const image = (name: string): string => `localhost/lambda-fixtures/${name}:1`

const message = async (promise: Promise<unknown>): Promise<string> =>
  await promise.then(
    () => 'no error',
    (error: Error & { code?: string }) => `${error.code}: ${error.message}`,
  )

await describeEngines('failures', ({ backend, docker }) => {
  const nothingLeft = async (name: string): Promise<void> => {
    expect((await containersOfFunction(docker, name)).map(({ id }) => id)).toEqual([])
  }

  test('an invocation fails when its container is killed, and the next one runs', async () => {
    const fn = await launchProbe(backend, { functionName: 'killed' })
    const container = await containerOf(docker, fn.instances[0]?.id)
    const running = message(fn.invoke({ sleep: 9_000 }))
    await new Promise(resolve => setTimeout(resolve, 100))
    await container.kill()
    expect(await running).toBe(
      `INVOCATION_FAILED: The execution environment of "killed" on ${backend} went away during an invocation: The container is lost: it was killed (exit code 137).`,
    )
    expect(await fn({ echo: 2 })).toMatchObject({ calls: 1, echo: 2 })
    await fn.terminate()
    await nothingLeft('killed')
  })

  test('a container that is killed between two invocations is replaced without an error', async () => {
    const fn = await launchProbe(backend, { functionName: 'killed-idle' })
    const container = await containerOf(docker, fn.instances[0]?.id)
    const ended = container.wait()
    await container.kill()
    await ended
    expect(await fn({ echo: 1 })).toMatchObject({ calls: 1, echo: 1 })
    await fn.terminate()
    await nothingLeft('killed-idle')
  })

  test('an invocation in a paused container times out, and the container is replaced', async () => {
    const fn = await launchProbe(backend, { functionName: 'paused', timeout: 1 })
    await (await containerOf(docker, fn.instances[0]?.id)).pause()
    expect((await fn.invoke({ echo: 1 })).error?.reason).toBe('timeout')
    expect(await fn({ echo: 2 })).toMatchObject({ echo: 2 })
    await fn.terminate()
    await nothingLeft('paused')
  })

  test('a function that uses too much memory fails as on AWS, and its environment goes on', async () => {
    const fn = await launchProbe(backend, { functionName: 'memory', memorySize: 128 })
    const { error } = await fn.invoke({ allocate: 400 })
    expect(error).toMatchObject({ reason: 'outOfMemory', errorType: 'Runtime.OutOfMemory' })
    expect(error?.errorMessage).toMatch(/signal: killed$/)
    expect(await fn({ echo: 1 })).toMatchObject({ calls: 1, echo: 1 })
    expect(fn.instances).toHaveLength(1)
    await fn.terminate()
    await nothingLeft('memory')
  })

  test('a runtime that exits is not called out of memory', async () => {
    await using fn = await launchProbe(backend, { functionName: 'exit' })
    expect((await fn.invoke({ exit: 3 })).error).toMatchObject({ reason: 'exit', errorType: 'Runtime.ExitError' })
    expect(await fn({ echo: 1 })).toMatchObject({ calls: 1 })
  })

  test('an image needs an entry point or a command', async () => {
    const launched = launchProbe(backend, { functionName: 'silent', imageUri: image('no-entrypoint') })
    expect(await message(launched)).toMatchInlineSnapshot(
      `"NO_ENTRYPOINT: The image localhost/lambda-fixtures/no-entrypoint:1 of "silent" has neither ENTRYPOINT nor CMD, so there is nothing to start. Add one of them, or set imageConfig: { entryPoint: [...], command: [...] }."`,
    )
    await nothingLeft('silent')
  })

  test('invocations of an image that exits at once fail as on AWS', async () => {
    const fn = await launchProbe(backend, { functionName: 'leaver', imageUri: image('exits-at-once'), timeout: 3 })
    const result = await fn.invoke({})
    expect(result.error).toMatchObject({ errorType: 'Runtime.ExitError', reason: 'init' })
    expect(result.error?.errorMessage).toMatch(/exit status 3$/)
    expect(result.logs.map(record => record.message)).toContain('leaving at once')
    await fn.terminate()
    await nothingLeft('leaver')
  })

  test('an invocation of an image that never asks for an event times out', { timeout: 60_000 }, async () => {
    const fn = await launchProbe(backend, { functionName: 'mute', imageUri: image('never-polls'), timeout: 1 })
    expect((await fn.invoke({})).error?.reason).toBe('timeout')
    await fn.terminate()
    await nothingLeft('mute')
  })

  test('an image for another architecture is refused, or needs an emulation', async () => {
    const launched = launchProbe(backend, {
      functionName: 'foreign',
      imageUri: image('foreign-architecture'),
      architecture: 'x86_64',
    })
    expect(await message(launched)).toMatch(
      /^UNSUPPORTED_ARCHITECTURE: The image localhost\/lambda-fixtures\/foreign-architecture:1 on \w+ is for arm64, but the function is for x86_64\. Set architecture: 'arm64', or use an image for x86_64\. Pulling one for x86_64 failed: /,
    )
    const emulated = launchProbe(backend, {
      functionName: 'foreign',
      imageUri: image('foreign-architecture'),
      architecture: 'arm64',
    })
    expect(await message(emulated)).toMatch(
      /^INSTANCE_START_FAILED: \w+ could not start a container of .*foreign-architecture:1 for "foreign": .*\. If this engine can't run programs for arm64, install an emulation .*, or set architecture: 'x86_64'\.$/,
    )
    await nothingLeft('foreign')
  })

  test('a program for another architecture than its image’s fails as on AWS', async () => {
    const fn = await launchProbe(backend, { functionName: 'liar', imageUri: image('foreign-binary') })
    expect((await fn.invoke({})).error).toMatchObject({
      errorType: 'Runtime.InvalidEntrypoint',
      errorMessage: expect.stringContaining('fork/exec /bootstrap: exec format error'),
    })
    await fn.terminate()
    await nothingLeft('liar')
  })

  test('an image that no registry has can’t be pulled', async () => {
    const launched = launchProbe(backend, { functionName: 'unknown', imageUri: 'registry.invalid/nothing:1' })
    expect(await message(launched)).toMatch(
      new RegExp(
        `^IMAGE_PULL_FAILED: ${backend} does not have the image registry\\.invalid/nothing:1 \\(x86_64\\) and could not pull it: .*registry\\.invalid`,
      ),
    )
    await nothingLeft('unknown')
  })

  // podman replaces the file by the folder.
  if (backend === 'docker')
    test('a launch fails when the engine refuses its archive', async () => {
      const reference = `localhost/lambda-fixtures/refuses-${process.pid}:latest`
      await importImage(docker, reference, { 'var/task': 'a file in the place of a folder' })
      onTestFinished(() => docker.getImage(reference).remove({ force: true }))
      vi.stubEnv('LAMBDA_FIXTURES_IMAGE_NODEJS24_X', reference)
      onTestFinished(() => void vi.unstubAllEnvs())
      const launched = launchProbe(backend, { functionName: 'refused' })
      expect(await message(launched)).toMatch(
        /^INSTANCE_START_FAILED: \w+ could not start a container of localhost\/lambda-fixtures\/refuses-\d+:latest for "refused": .*\/var\/task/,
      )
      await nothingLeft('refused')
    })

  test('a launch fails when its network does not exist', async () => {
    const launched = launchProbe(backend, { functionName: 'lonely', network: 'no-such-network' })
    expect(await message(launched)).toMatch(/^INSTANCE_START_FAILED: .*no-such-network/)
    await nothingLeft('lonely')
  })

  test('terminates twice, and after the container was removed', async () => {
    const fn = await launchProbe(backend, { functionName: 'twice' })
    await (await containerOf(docker, fn.instances[0]?.id)).remove({ force: true })
    await Promise.all([fn.terminate(), fn.terminate()])
    await nothingLeft('twice')
  })
})
