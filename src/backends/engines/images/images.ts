import { RuntimeError } from '../../../errors/runtime-error.ts'
import { architectureOf } from '../connection/architecture.ts'
import type { Engine } from '../connection/engine.ts'
import { undefinedIfAbsent } from '../connection/engine-error.ts'
import { pullImage } from './pull-image.ts'

/** What a container's start needs from its image. */
export interface ImageInfo {
  /** The name under which the engine finds the image. */
  readonly reference: string
  readonly architecture: 'x86_64' | 'arm64' | (string & {})
  readonly entryPoint: readonly string[]
  readonly command: readonly string[]
  readonly workingDirectory: string
  readonly environment: Readonly<Record<string, string>>
}

/** The images of one engine. Each is looked up once, and pulled if the engine doesn't have it; then no registry is asked. */
export class Images {
  readonly #engine: Engine
  readonly #found = new Map<string, Promise<ImageInfo>>()

  constructor(engine: Engine) {
    this.#engine = engine
  }

  /** @throws RuntimeError `IMAGE_PULL_FAILED`, `UNSUPPORTED_ARCHITECTURE` */
  get(reference: string, architecture: string = this.#engine.architecture): Promise<ImageInfo> {
    const key = `${architecture} ${reference}`
    let finding = this.#found.get(key)
    if (finding === undefined) {
      finding = this.#find(reference, architecture)
      this.#found.set(key, finding)
      finding.catch(() => this.#found.delete(key))
    }
    return finding
  }

  /** Looks the image up again when it is needed next: somebody may have removed it. */
  forget(reference: string): void {
    for (const key of this.#found.keys()) if (key.endsWith(` ${reference}`)) this.#found.delete(key)
  }

  async #find(reference: string, architecture: string): Promise<ImageInfo> {
    const inspect = (): Promise<ImageInfo> => inspectImage(this.#engine, reference)
    const local = await inspect().catch(undefinedIfAbsent)
    if (local?.architecture === architecture) return local
    try {
      const isPresent = async (): Promise<boolean> => (await inspect().catch(undefinedIfAbsent))?.architecture === architecture
      await pullImage(this.#engine, reference, architecture, isPresent)
    } catch (error) {
      throw local === undefined ? error : wrongArchitecture(this.#engine, local, architecture, error as Error)
    }
    const pulled = await inspect()
    if (pulled.architecture !== architecture) throw wrongArchitecture(this.#engine, pulled, architecture)
    return pulled
  }
}

async function inspectImage({ docker }: Engine, reference: string): Promise<ImageInfo> {
  const { Architecture, Config } = await docker.getImage(reference).inspect()
  const { Entrypoint, Cmd, WorkingDir, Env } = Config
  return {
    reference,
    architecture: architectureOf(Architecture),
    entryPoint: asArray(Entrypoint),
    command: asArray(Cmd),
    workingDirectory: WorkingDir || '/',
    environment: Object.fromEntries((Env ?? []).map(pair => pair.split(/=(.*)/s).slice(0, 2))),
  }
}

function asArray(value: string | readonly string[] | null | undefined): readonly string[] {
  return typeof value === 'string' ? [value] : (value ?? [])
}

function wrongArchitecture(engine: Engine, image: ImageInfo, wanted: string, cause?: Error): RuntimeError {
  const { reference, architecture } = image
  const pull = cause === undefined ? '' : ` Pulling one for ${wanted} failed: ${cause.message}`
  const remedy = `Set architecture: '${architecture}', or use an image for ${wanted}.`
  return new RuntimeError(
    'UNSUPPORTED_ARCHITECTURE',
    `The image ${reference} on ${engine.backend} is for ${architecture}, but the function is for ${wanted}. ${remedy}${pull}`,
    { data: { image: reference, architecture, wanted, backend: engine.backend }, ...(cause && { cause }) },
  )
}
