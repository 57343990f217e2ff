import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { launchProbe, PROBE_SOURCE } from '../support/probe.ts'
import { containerOf, describeEngines } from './support/describe-engines.ts'

await describeEngines('a function’s container', ({ backend, docker }) => {
  test('has the user, folders, limits and privileges of AWS', async () => {
    await using fn = await launchProbe(backend, {
      layers: [{ 'layer.txt': 'first', 'bin/tool': 'x' }, { 'layer.txt': 'second' }],
    })
    const event = {
      place: true,
      modes: ['/tmp', '/var/task', '/var/task/app.mjs', '/opt', '/opt/bin', '/lf/init'],
      folders: ['/tmp', '/var/task', '/opt', '/lf'],
    }
    expect({ ...(await fn(event)), cpus: undefined }).toMatchInlineSnapshot(`
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
          "/tmp": "1777",
          "/var/task": "755",
          "/var/task/app.mjs": "644",
        },
        "status": {
          "CapEff": "0000000000000000",
          "NoNewPrivs": "1",
        },
        "uid": 993,
        "writes": {
          "/lf": "EACCES",
          "/opt": "EACCES",
          "/tmp": "written",
          "/var/task": "EACCES",
        },
      }
    `)
  })

  test('runs an image as AWS’s user, whatever its USER is, and lets it write to /tmp only', async () => {
    const context = mkdtempSync(join(tmpdir(), 'place-'))
    onTestFinished(() => rmSync(context, { recursive: true }))
    const text =
      'FROM public.ecr.aws/lambda/nodejs:24\nCOPY . /var/task/\nRUN mkdir -m 777 /open\nUSER root\nCMD ["app.handler"]\n'
    for (const [name, content] of Object.entries({ Dockerfile: text, 'app.mjs': PROBE_SOURCE }))
      writeFileSync(join(context, name), content)
    await using fn = await launchProbe(backend, { image: { context } })
    const place = await fn({ place: true, modes: ['/tmp', '/lf/init'], folders: ['/tmp', '/open', '/var/task', '/lf'] })
    expect(place).toMatchObject({
      uid: 993,
      gid: 990,
      modes: { '/tmp': '1777', '/lf/init': '555' },
      writes: { '/tmp': 'written', '/open': 'EROFS', '/var/task': 'EROFS', '/lf': expect.stringMatching(/^(EACCES|EROFS)$/) },
    })
  })

  test('gives an image without a /tmp one that its function can write to', async () => {
    await using fn = await launchProbe(backend, { imageUri: 'localhost/lambda-fixtures/static:1' })
    expect(await fn({})).toMatchObject({ runtime: 'go' })
    const container = await containerOf(docker, fn.instances[0]?.id)
    const { headers } = (await container.infoArchive({ path: '/tmp' })) as { headers?: Record<string, string> }
    const { mode } = JSON.parse(Buffer.from(headers?.['x-docker-container-path-stat'] ?? '', 'base64').toString())
    expect((mode & 0o777).toString(8)).toBe('777')
  })

  test('has a /tmp that is no memory, survives a reset, and is removed with the container', async () => {
    const fn = await launchProbe(backend, { memorySize: 128, timeout: 20 })
    const container = await containerOf(docker, fn.instances[0]?.id)
    const { Mounts } = await container.inspect()
    const [volume] = Mounts.filter(({ Destination }) => Destination === '/tmp').map(({ Name }) => Name ?? '')
    const result = await fn.invoke({ fill: '/tmp/big', megabytes: 300 })
    expect(result.payload).toMatchObject({ calls: 1 })
    expect(result.report.maxMemoryUsedMb).toBeLessThan(128)
    expect((await fn.invoke({ exit: 1 })).error?.reason).toBe('exit')
    expect(await fn({ fill: '/tmp/more', megabytes: 100, exists: '/tmp/big' })).toEqual({ calls: 1, exists: true })
    expect(fn.instances).toHaveLength(1)
    await fn.terminate()
    await expect(docker.getVolume(volume!).inspect()).rejects.toMatchObject({ statusCode: 404 })
  })

  test('does not show variables to those who inspect it', async () => {
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

  test('reaches a server on 127.0.0.1 that a variable names, but not with hostAccess: false', async () => {
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

  test.each([
    ['localhost', '127.0.0.1'],
    ['localhost', '::1'],
    ['[::1]', '::1'],
  ])('reaches by http://%s a server that listens on %s only', async (host, address) => {
    const server = createServer((_, response) => response.end('from the host'))
    await new Promise<void>(resolve => server.listen(0, address, resolve))
    onTestFinished(() => void server.close())
    const url = `http://${host}:${(server.address() as AddressInfo).port}/`
    await using fn = await launchProbe(backend, { environment: { URL: url } })
    expect(await fn({ fetch: url })).toBe('from the host')
  })

  test('is refused a connection to a closed port, and connects once a server listens', async () => {
    const server = createServer((_, response) => response.end('from the host'))
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    await new Promise(resolve => server.close(resolve))
    await using fn = await launchProbe(backend, { environment: { URL: `http://localhost:${port}/` } })
    expect(await fn({ connect: { host: '127.0.0.1', port } })).toBe('ECONNREFUSED')
    await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    expect(await fn({ fetch: `http://localhost:${port}/` })).toBe('from the host')
  })

  test('reaches this machine under the URL of hostUrl', async () => {
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

  test('keeps /tmp when a timeout resets the runtime', async () => {
    await using fn = await launchProbe(backend, { timeout: 1 })
    expect(await fn({ write: '/tmp/kept' })).toMatchObject({ calls: 1 })
    expect((await fn.invoke({ sleep: 5_000 })).error?.reason).toBe('timeout')
    expect(await fn({ exists: '/tmp/kept' })).toEqual({ calls: 1, exists: true })
    expect(fn.instances).toHaveLength(1)
  })

  test('joins a network, where others find it by the function’s name', async () => {
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
  ])('runs %s', async (runtime, handler, code) => {
    await using fn = await launchProbe(backend, { runtime, handler, code })
    const result = await fn.invoke({ echo: 'x' })
    expect(result.payload).toEqual({ echo: 'x' })
    expect(result.logs.map(record => record.message)).toContain('hi')
  })
})
