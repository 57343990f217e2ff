import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { describeEngines } from './engines.ts'
import { launchProbe } from './probe.ts'

await describeEngines('the place of a function', ({ backend, docker }) => {
  test('user, folders, limits and privileges are as on AWS', async () => {
    await using fn = await launchProbe(backend, {
      ephemeralStorage: 600,
      layers: [{ 'layer.txt': 'first', 'bin/tool': 'x' }, { 'layer.txt': 'second' }],
    })
    const place = await fn({ place: true, modes: ['/var/task', '/var/task/app.mjs', '/opt', '/opt/bin', '/lf/init'] })
    expect({ ...place, cpus: undefined }).toMatchInlineSnapshot(`
      {
        "cpus": undefined,
        "cwd": "/var/task",
        "gid": 990,
        "layer": "second",
        "limits": "1024",
        "modes": {
          "/lf/init": "555",
          "/opt": "755",
          "/opt/bin": "755",
          "/var/task": "755",
          "/var/task/app.mjs": "644",
        },
        "opt": "EACCES",
        "status": {
          "CapEff": "0000000000000000",
          "NoNewPrivs": "1",
        },
        "task": "EACCES",
        "tmp": "written",
        "tmpMode": "1777",
        "tmpSize": 629145600,
        "uid": 993,
      }
    `)
  })

  test('secrets and variables are not in what the engine shows', async () => {
    await using fn = await launchProbe(backend, { environment: { PASSWORD: 'sesame-1234' } })
    const env = await fn({ env: true })
    expect(env.PASSWORD).toBe('sesame-1234')
    expect(env.AWS_LAMBDA_RUNTIME_API).toBe('127.0.0.1:9001')
    expect(Object.keys(env).filter(name => name.startsWith('LF_'))).toEqual([])
    const [listed] = await docker.listContainers({ filters: { label: [`lambda-fixtures.instance=${fn.instances[0]?.id}`] } })
    const { Config, HostConfig, NetworkSettings } = await docker.getContainer(listed!.Id).inspect()
    expect(JSON.stringify(Config)).not.toContain('sesame-1234')
    expect(NetworkSettings.Ports ?? {}).toEqual({})
    expect([HostConfig.Memory, HostConfig.MemorySwap]).toEqual([256 * 1_048_576, 256 * 1_048_576])
  })

  test('a server of 127.0.0.1 is reached where a variable names it, and not with hostAccess: false', async () => {
    const server = createServer((_, response) => response.end('from the host'))
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const url = `http://localhost:${(server.address() as AddressInfo).port}/`
    await using fn = await launchProbe(backend, { environment: { URL: url } })
    expect(await fn({ fetch: url })).toBe('from the host')
    await using shut = await launchProbe(backend, { environment: { URL: url }, hostAccess: false })
    const { error } = await shut.invoke({ fetch: url })
    expect(error?.errorMessage).toBe('fetch failed')
  })

  test('hostUrl gives the address under which a function reaches this machine', async () => {
    const server = createServer((_, response) => response.end('asked for'))
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const { port } = server.address() as AddressInfo
    let seen = ''
    await using fn = await launchProbe(backend, {
      environment: ({ hostUrl }: { hostUrl(url: string): string }) => {
        seen = hostUrl(`http://0.0.0.0:${port}/x`)
        return {}
      },
    })
    expect(seen).toBe(`http://localhost:${port}/x`)
    expect(await fn({ fetch: seen })).toBe('asked for')
  })

  test('a timeout resets the runtime and keeps /tmp', async () => {
    await using fn = await launchProbe(backend, { timeout: 1 })
    expect(await fn({ write: '/tmp/kept' })).toMatchObject({ calls: 1 })
    expect((await fn.invoke({ sleep: 5_000 })).error?.reason).toBe('timeout')
    expect(await fn({ exists: '/tmp/kept' })).toEqual({ calls: 1, exists: true })
    expect(fn.instances).toHaveLength(1)
  })

  test('a network is joined by its name, and the function is known there by its own', async () => {
    const network = await docker.createNetwork({ Name: `lf-test-${process.pid}-${backend}` })
    onTestFinished(() => network.remove())
    const fn = await launchProbe(backend, { network: `lf-test-${process.pid}-${backend}` })
    const [listed] = await docker.listContainers({ filters: { label: [`lambda-fixtures.instance=${fn.instances[0]?.id}`] } })
    const { NetworkSettings } = await docker.getContainer(listed!.Id).inspect()
    const joined = NetworkSettings.Networks[`lf-test-${process.pid}-${backend}`]
    expect(joined?.Aliases).toContain('probe')
    expect(await fn({ echo: 1 })).toMatchObject({ echo: 1 })
    await fn.terminate()
  })

  test.each([
    [
      'python3.11',
      'app.handler',
      { 'app.py': 'def handler(event, context):\n    print("hi")\n    return {"echo": event["echo"]}\n' },
    ],
  ])('%s', async (runtime, handler, code) => {
    await using fn = await launchProbe(backend, { runtime, handler, code })
    const result = await fn.invoke({ echo: 'x' })
    expect(result.payload).toEqual({ echo: 'x' })
    expect(result.logs.map(record => record.message)).toContain('hi')
  })
})
