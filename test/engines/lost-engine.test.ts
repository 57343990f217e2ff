import { expect, test } from 'vitest'
import { REMEDIES } from '../../src/backends/engines/connection/engine-hosts.ts'
import { ContainerBackend } from '../../src/backends/engines/container-backend.ts'
import { launchProbe } from '../support/probe.ts'
import { CutSocket } from './support/cut-socket.ts'
import { containerOf, containersOfFunction, describeEngines } from './support/describe-engines.ts'

await describeEngines('a lost connection to the engine', ({ backend, docker, url }) => {
  const through = async (): Promise<{ socket: CutSocket; lost: ContainerBackend }> => {
    const socket = new CutSocket(url.replace('unix://', ''))
    await socket.listen()
    const hosts = [{ url: `unix://${socket.path}`, from: 'this test' }]
    return { socket, lost: new ContainerBackend(backend, hosts) }
  }

  test('that comes back during an invocation does not disturb it', async () => {
    const { socket, lost } = await through()
    await using fn = await launchProbe(lost, { functionName: 'interrupted' })
    const running = fn.invoke({ sleep: 2_000, lines: 50, echo: 'x' })
    await new Promise(resolve => setTimeout(resolve, 500))
    await socket.cut()
    await new Promise(resolve => setTimeout(resolve, 500))
    await socket.listen()
    const result = await running
    expect(result.payload).toMatchObject({ echo: 'x' })
    expect(result.logs.filter(record => record.source === 'function')).toHaveLength(50)
    expect(await fn({})).toMatchObject({ calls: 2 })
  })

  test('that comes back between two invocations is not noticed', async () => {
    const { socket, lost } = await through()
    await using fn = await launchProbe(lost, { functionName: 'interrupted-idle' })
    await socket.cut()
    await socket.listen()
    expect(await fn({})).toMatchObject({ calls: 1 })
  })

  test('that stays away fails the invocation, not the end, and the container ends itself', { timeout: 60_000 }, async () => {
    const { socket, lost } = await through()
    const fn = await launchProbe(lost, { functionName: 'abandoned', timeout: 60 })
    const container = await containerOf(docker, fn.instances[0]?.id)
    const gone = container.wait({ condition: 'removed' })
    const running = fn.invoke({ sleep: 50_000 })
    await socket.cut()
    await expect(running).rejects.toThrow(
      new RegExp(
        `The execution environment of "abandoned" on ${backend} went away during an invocation: The container is lost: no stream to its init could be opened`,
      ),
    )
    await expect(fn.invoke({})).rejects.toThrow(/could not|no socket|does not answer|ECONNREFUSED|ENOENT/)
    await fn.terminate()
    await gone
    expect((await containersOfFunction(docker, 'abandoned')).map(({ id }) => id)).toEqual([])
  })

  test('is reported by a launch with the reason', async () => {
    const hosts = [{ url: 'unix:///nowhere/engine.sock', from: 'DOCKER_HOST' }]
    const absent = new ContainerBackend(backend, hosts)
    await expect(launchProbe(absent)).rejects.toThrow(
      `${backend} can't run "probe": no socket at unix:///nowhere/engine.sock (DOCKER_HOST) (${REMEDIES[backend]}).`,
    )
  })
})
