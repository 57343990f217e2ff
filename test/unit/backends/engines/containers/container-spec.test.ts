import { expect, test } from 'vitest'
import { type ContainerSpecOptions, containerSpec } from '../../../../../src/backends/engines/containers/container-spec.ts'
import type { LambdaFunction } from '../../../../../src/model/lambda-function.ts'

const fn = { functionName: 'orders', memorySize: 256, ephemeralStorage: 600, environment: {} } as LambdaFunction
const spec = (options: Partial<ContainerSpecOptions> = {}): any =>
  containerSpec({
    fn,
    image: 'image:1',
    flavour: 'docker',
    labels: { a: 'b' },
    environment: { LF_ID: 'x' },
    host: { ports: [], ipv6: false },
    volumes: ['/tmp'],
    limitsVolumes: false,
    readonlyRoot: false,
    ...options,
  })

test('a container has AWS’s limits and no privileges', () => {
  const { HostConfig, ...rest } = spec()
  expect(rest).toMatchObject({ Image: 'image:1', User: '993:990', WorkingDir: '/var/task', Env: ['LF_ID=x'], Labels: { a: 'b' } })
  expect(HostConfig).toMatchObject({
    AutoRemove: true,
    Memory: 268_435_456,
    MemorySwap: 268_435_456,
    CapDrop: ['ALL'],
    SecurityOpt: ['no-new-privileges'],
    Ulimits: [{ Name: 'nofile', Soft: 1_024, Hard: 1_024 }],
  })
  expect(HostConfig.Sysctls).toEqual({})
  expect(HostConfig).not.toHaveProperty('NetworkMode')
})

test('a folder is a volume that goes with the container', () => {
  expect(spec().HostConfig).toMatchObject({
    Mounts: [{ Type: 'volume', Target: '/tmp', VolumeOptions: { NoCopy: true } }],
    ReadonlyRootfs: false,
  })
  const { Mounts } = spec({ volumes: ['/tmp', '/lf'], readonlyRoot: true }).HostConfig
  expect(Mounts).toEqual([
    { Type: 'volume', Target: '/tmp', VolumeOptions: { NoCopy: false } },
    { Type: 'volume', Target: '/lf', VolumeOptions: { NoCopy: false } },
  ])
})

test('/tmp is as large as ephemeralStorage where the engine can limit volumes', () => {
  const { Mounts } = spec({ volumes: ['/tmp', '/lf'], limitsVolumes: true }).HostConfig
  expect(Mounts.map(({ VolumeOptions }: any) => VolumeOptions.DriverConfig)).toEqual([
    { Name: 'local', Options: { size: '600m' } },
    undefined,
  ])
})

test('an image runs as AWS’s user in its own working directory', () => {
  const { User, WorkingDir } = spec({ fn: { ...fn, imageUri: 'image:1' } })
  expect([User, WorkingDir]).toEqual(['993:990', undefined])
})

test('podman gets its own limit of processes', () => {
  expect(spec({ flavour: 'podman' }).HostConfig.Ulimits).toContainEqual({ Name: 'nproc', Soft: 8_192, Hard: 8_192 })
})

test.each<readonly [string, object, object]>([
  ['a low port', { host: { ports: [80, 8080], ipv6: false } }, { 'net.ipv4.ip_unprivileged_port_start': '0' }],
  ['[::1]', { host: { ports: [8080], ipv6: true } }, { 'net.ipv6.conf.lo.disable_ipv6': '0' }],
  ['[::1] on podman, which has it', { host: { ports: [8080], ipv6: true }, flavour: 'podman' }, {}],
  ['a network of somebody else', { host: { ports: [80], ipv6: true }, fn: { ...fn, network: 'host' } }, {}],
])('what the init needs to listen on %s is allowed', (_, options, sysctls) => {
  expect(spec(options).HostConfig.Sysctls).toEqual(sysctls)
})

test('a user’s network knows the function by its name, and a built-in one does not', () => {
  const own = spec({ fn: { ...fn, network: 'backend' } })
  expect(own.HostConfig.NetworkMode).toBe('backend')
  expect(own.NetworkingConfig).toEqual({ EndpointsConfig: { backend: { Aliases: ['orders'] } } })
  for (const network of ['host', 'none', 'container:db']) {
    const builtIn = spec({ fn: { ...fn, network } })
    expect([builtIn.HostConfig.NetworkMode, builtIn.NetworkingConfig]).toEqual([network, undefined])
  }
})
