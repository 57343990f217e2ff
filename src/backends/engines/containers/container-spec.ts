import type { LambdaFunction } from '../../../model/lambda-function.ts'
import { INIT_PATH } from '../../init/init-settings.ts'
import { SANDBOX_USER } from '../../instance/aws-sandbox.ts'
import type { ReachableHost } from '../../instance/host-access.ts'
import type { Engine } from '../connection/engine.ts'

const MIB = 1_048_576
/** podman adds its own limit for processes to any other ulimit, and not every machine allows that one. `PidsLimit` is what limits them. */
const PODMAN_PROCESSES = 8_192

export interface ContainerSpecOptions {
  readonly fn: LambdaFunction
  readonly image: string
  readonly flavour: Engine['flavour']
  readonly labels: Readonly<Record<string, string>>
  /** Variables for the init. */
  readonly environment: Readonly<Record<string, string>>
  readonly host: ReachableHost
  /** Folders that get a volume of the container's own. */
  readonly volumes: readonly string[]
  /** Whether the engine can limit the size of a volume. */
  readonly limitsVolumes: boolean
  /** Images can't be written to on AWS. The files of ZIP functions come into the root, but the function's user can't write them. */
  readonly readonlyRoot: boolean
}

/** The body of the request that creates a container, with the limits and the isolation of AWS. @see contract 6.2, 6.3 */
export function containerSpec(options: ContainerSpecOptions): Record<string, unknown> {
  const { fn, image, flavour, labels, environment, volumes, readonlyRoot } = options
  const memory = fn.memorySize * MIB
  return {
    Image: image,
    Entrypoint: [INIT_PATH, '--'],
    Cmd: [],
    Env: Object.entries(environment).map(([name, value]) => `${name}=${value}`),
    Labels: labels,
    Healthcheck: { Test: ['NONE'] },
    User: `${SANDBOX_USER.uid}:${SANDBOX_USER.gid}`,
    ...(fn.imageUri === undefined ? { WorkingDir: '/var/task' } : {}),
    HostConfig: {
      // The lifeline: the engine removes the container when its init ends, even if nobody is left to do it.
      AutoRemove: true,
      Memory: memory,
      MemorySwap: memory,
      Mounts: volumes.map(folder => volume(folder, options)),
      ReadonlyRootfs: readonlyRoot,
      Ulimits: [limit('nofile', 1024), ...(flavour === 'podman' ? [limit('nproc', PODMAN_PROCESSES)] : [])],
      SecurityOpt: ['no-new-privileges'],
      CapDrop: ['ALL'],
      // AWS's 1,024, the init, and its helpers.
      PidsLimit: 1_032,
      Sysctls: sysctls(options),
      ...(fn.network === undefined ? {} : { NetworkMode: fn.network }),
    },
    ...(isUserNetwork(fn.network)
      ? { NetworkingConfig: { EndpointsConfig: { [fn.network]: { Aliases: [fn.functionName] } } } }
      : {}),
  }
}

/** A volume without a name, which the engine removes with its container. A tmpfs would be charged to the container's memory. */
function volume(folder: string, { fn, limitsVolumes, readonlyRoot }: ContainerSpecOptions): object {
  const quota = { DriverConfig: { Name: 'local', Options: { size: `${fn.ephemeralStorage}m` } } }
  // A copy of the image's folder has its mode, too, and nothing else can set it if the root is read-only.
  const VolumeOptions = { NoCopy: !readonlyRoot, ...(limitsVolumes && folder === '/tmp' && quota) }
  return { Type: 'volume', Target: folder, VolumeOptions }
}

/** What the init needs to listen where the services of this machine do. A network that is not the container's own has its own settings. */
function sysctls({ fn, flavour, host: { ports, ipv6 } }: ContainerSpecOptions): Readonly<Record<string, string>> {
  if (/^(host|container:)/.test(fn.network ?? '')) return {}
  return {
    ...(ports.some(port => port < 1024) && { 'net.ipv4.ip_unprivileged_port_start': '0' }),
    // Only Docker turns IPv6 off, which podman is not told of so that it needs no right for it.
    ...(ipv6 && flavour === 'docker' && { 'net.ipv6.conf.lo.disable_ipv6': '0' }),
  }
}

const limit = (name: string, value: number): object => ({ Name: name, Soft: value, Hard: value })

function isUserNetwork(network: string | undefined): network is string {
  return network !== undefined && !/^(bridge|host|none|default|podman|container:.*)$/.test(network)
}
