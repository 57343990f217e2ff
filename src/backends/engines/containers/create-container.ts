import { posix } from 'node:path'
import type Docker from 'dockerode'
import type { LambdaFunction } from '../../../model/lambda-function.ts'
import { INIT_PATH } from '../../init/init-settings.ts'
import type { ReachableHost } from '../../instance/host-access.ts'
import { platformOf } from '../connection/architecture.ts'
import type { Engine } from '../connection/engine.ts'
import type { EngineError } from '../connection/engine-error.ts'
import { containerSpec } from './container-spec.ts'
import { removeContainer } from './remove-container.ts'
import { canLimitVolumes } from './volume-quota.ts'

export interface ContainerOptions {
  /** What the container is called, if nobody else has the name. */
  readonly name: string
  readonly fn: LambdaFunction
  /** The image's name on the engine. */
  readonly image: string
  readonly labels: Readonly<Record<string, string>>
  /** Variables for the init. */
  readonly environment: Readonly<Record<string, string>>
  readonly host: ReachableHost
}

export interface CreatedContainer {
  readonly container: Docker.Container
  /** The folder that an archive can be unpacked to. */
  readonly archiveRoot: string
}

/** Creates a container, without its files, that is not started yet. */
export async function createContainer(engine: Engine, options: ContainerOptions): Promise<CreatedContainer> {
  if (options.fn.imageUri === undefined) return { container: await create(engine, options, ['/tmp']), archiveRoot: '/' }
  if (engine.flavour === 'podman') return { container: await create(engine, options, ['/tmp'], true), archiveRoot: '/' }
  // Docker unpacks nothing into a root that is read-only.
  const archiveRoot = posix.dirname(INIT_PATH)
  const container = await create(engine, options, ['/tmp', archiveRoot], true)
  if (await isWritableByAll(container, '/tmp')) return { container, archiveRoot }
  // The image has no /tmp whose mode its volume could get, so the mode has to come by an archive.
  await removeContainer(container)
  return { container: await create(engine, options, ['/tmp']), archiveRoot: '/' }
}

async function create(
  engine: Engine,
  { name, ...options }: ContainerOptions,
  volumes: readonly string[],
  readonlyRoot = false,
): Promise<Docker.Container> {
  const { flavour, docker, architecture } = engine
  const limitsVolumes = await canLimitVolumes(engine)
  const body = containerSpec({ ...options, flavour, volumes, limitsVolumes, readonlyRoot })
  const platform = options.fn.architecture === architecture ? {} : { platform: platformOf(options.fn.architecture) }
  const request = (query: object): Promise<Docker.Container> =>
    docker.createContainer({ _query: { ...platform, ...query }, _body: body } as never)
  try {
    return await request({ name })
  } catch (error) {
    // A name helps users who list containers, but no launch fails for it.
    if (isNameClash(error as EngineError)) return await request({})
    throw error
  }
}

function isNameClash({ statusCode, message }: EngineError): boolean {
  return (statusCode === 409 || statusCode === 500) && /\bname\b.* in use|already in use.*\bname\b/i.test(message)
}

async function isWritableByAll(container: Docker.Container, folder: string): Promise<boolean> {
  const { headers } = (await container.infoArchive({ path: folder })) as { headers?: Record<string, string> }
  const stat = Buffer.from(headers?.['x-docker-container-path-stat'] ?? '', 'base64').toString()
  return ((JSON.parse(stat) as { mode: number }).mode & 0o002) !== 0
}
