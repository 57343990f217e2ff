import type { LambdaFunction } from '../../../model/lambda-function.ts'
import { INIT_PATH } from '../../init/init-settings.ts'
import { SANDBOX_USER } from '../../instance/aws-sandbox.ts'
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
  /** Whether the init listens on ports below 1024. */
  readonly lowPorts: boolean
}

/** The body of the request that creates a container, with the limits and the isolation of AWS. @see contract 6.2, 6.3 */
export function containerSpec({
  fn,
  image,
  flavour,
  labels,
  environment,
  lowPorts,
}: ContainerSpecOptions): Record<string, unknown> {
  const memory = fn.memorySize * MIB
  return {
    Image: image,
    Entrypoint: [INIT_PATH, '--'],
    Cmd: [],
    Env: Object.entries(environment).map(([name, value]) => `${name}=${value}`),
    Labels: labels,
    Healthcheck: { Test: ['NONE'] },
    ...(fn.imageUri === undefined ? { User: `${SANDBOX_USER.uid}:${SANDBOX_USER.gid}`, WorkingDir: '/var/task' } : {}),
    HostConfig: {
      // The lifeline: the engine removes the container when its init ends, even if nobody is left to do it.
      AutoRemove: true,
      Memory: memory,
      MemorySwap: memory,
      Tmpfs: { '/tmp': `rw,exec,nosuid,nodev,size=${fn.ephemeralStorage}m,mode=1777` },
      Ulimits: [limit('nofile', 1024), ...(flavour === 'podman' ? [limit('nproc', PODMAN_PROCESSES)] : [])],
      SecurityOpt: ['no-new-privileges'],
      CapDrop: ['ALL'],
      // AWS's 1,024, the init, and its helpers.
      PidsLimit: 1_032,
      ...(lowPorts ? { Sysctls: { 'net.ipv4.ip_unprivileged_port_start': '0' } } : {}),
      ...(fn.network === undefined ? {} : { NetworkMode: fn.network }),
    },
    ...(isUserNetwork(fn.network)
      ? { NetworkingConfig: { EndpointsConfig: { [fn.network]: { Aliases: [fn.functionName] } } } }
      : {}),
  }
}

const limit = (name: string, value: number): object => ({ Name: name, Soft: value, Hard: value })

function isUserNetwork(network: string | undefined): network is string {
  return network !== undefined && !/^(bridge|host|none|default|podman|container:.*)$/.test(network)
}
