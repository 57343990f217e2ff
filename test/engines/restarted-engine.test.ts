import { expect, onTestFinished, test } from 'vitest'
import { launchProbe, type Probe } from '../support/probe.ts'
import { describeEngines } from './support/describe-engines.ts'
import { OwnEngine } from './support/own-engine.ts'

const IMAGES = ['public.ecr.aws/lambda/nodejs:24']

await describeEngines('a restarted engine', ({ backend: name }) => {
  const started = async (functionName: string): Promise<[OwnEngine, Probe]> => {
    const engine = await OwnEngine.start({ name, images: IMAGES })
    onTestFinished(() => engine[Symbol.asyncDispose](), 60_000)
    const fn = await launchProbe(engine.backend, { functionName, timeout: 60, memorySize: 1_769 })
    onTestFinished(() => fn.terminate(), 60_000)
    return [engine, fn]
  }
  const begun = async (fn: Probe): Promise<void> => {
    for await (const { raw } of fn.followLogs()) if (raw.includes('it has begun')) return
  }
  const nothingLeft = async (engine: OwnEngine, fn: Probe): Promise<void> => {
    await fn.terminate()
    expect((await (await engine.docker()).listContainers({ all: true })).map(({ Names }) => Names)).toEqual([])
  }
  const restart = async (engine: OwnEngine): Promise<void> => {
    await engine.stop()
    await engine.start()
  }

  // Docker's option --live-restore keeps containers, but 20.10 ends those that are removed automatically all the same.
  if (name === 'podman') {
    test('does not disturb an invocation in a container that outlives it', { timeout: 90_000 }, async () => {
      const [engine, fn] = await started('outlives')
      const running = fn.invoke({ log: 'it has begun', sleep: 4_000, echo: 'x' })
      await begun(fn)
      await restart(engine)
      expect((await running).payload).toMatchObject({ calls: 1, echo: 'x' })
      expect(await fn({})).toMatchObject({ calls: 2 })
      await nothingLeft(engine, fn)
    })

    test('does not disturb an idle container that outlives it', { timeout: 90_000 }, async () => {
      const [engine, fn] = await started('outlives-idle')
      await fn({})
      await restart(engine)
      expect(await fn({})).toMatchObject({ calls: 2 })
      await nothingLeft(engine, fn)
    })

    return
  }

  test('fails an invocation whose container ends with it, and the next one runs', {
    timeout: 90_000,
  }, async () => {
    const [engine, fn] = await started('ends')
    const running = fn.invoke({ log: 'it has begun', sleep: 50_000 }).catch((error: Error) => error)
    await begun(fn)
    await restart(engine)
    expect(await running).toMatchObject({
      code: 'INVOCATION_FAILED',
      message: expect.stringMatching(
        /^The execution environment of "ends" on docker went away during an invocation: The container is lost: /,
      ),
    })
    expect(await fn({ echo: 1 })).toMatchObject({ calls: 1, echo: 1 })
    await nothingLeft(engine, fn)
  })

  test('replaces an idle container that ended with it without an error', {
    timeout: 90_000,
  }, async () => {
    const [engine, fn] = await started('ends-idle')
    await restart(engine)
    expect(await fn({ echo: 1 })).toMatchObject({ calls: 1, echo: 1 })
    await nothingLeft(engine, fn)
  })
})
