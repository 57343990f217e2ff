import { RuntimeError } from '../../../errors/runtime-error.ts'
import { architectureOf } from '../connection/architecture.ts'
import type { Engine } from '../connection/engine.ts'
import { undefinedIfAbsent } from '../connection/engine-error.ts'
import { type Pull, pullImage } from './pull-image.ts'
import { PullProgress } from './pull-progress.ts'
import { SharedWork, type Work } from './shared-work.ts'

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
  readonly #known = new Map<string, ImageInfo>()
  readonly #lookups = new SharedWork<PullProgress, ImageInfo>()

  constructor(engine: Engine) {
    this.#engine = engine
  }

  /**
   * @param signal ends the wait; a pull that nobody waits for any more is aborted
   * @throws RuntimeError `IMAGE_PULL_FAILED`, `UNSUPPORTED_ARCHITECTURE`
   */
  async get(reference: string, architecture: string, signal?: AbortSignal): Promise<ImageInfo> {
    const key = `${architecture} ${reference}`
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const begin = (aborted: AbortSignal): Work<PullProgress, ImageInfo> => {
      const progress = new PullProgress()
      return { state: progress, result: findImage(this.#engine, { reference, architecture, progress, signal: aborted }) }
    }
    const givenUp = (progress: PullProgress): Error => stillPulling(this.#engine, reference, progress)
    const image = await this.#lookups.run(key, begin, { signal, givenUp })
    this.#known.set(key, image)
    return image
  }

  /** Looks the image up again when it is needed next: somebody may have removed it. */
  forget(reference: string): void {
    for (const key of this.#known.keys()) if (key.endsWith(` ${reference}`)) this.#known.delete(key)
  }
}

async function findImage(engine: Engine, pull: Omit<Pull, 'isPresent'>): Promise<ImageInfo> {
  const { reference, architecture } = pull
  const inspect = (): Promise<ImageInfo> => inspectImage(engine, reference)
  const local = await inspect().catch(undefinedIfAbsent)
  if (local?.architecture === architecture) return local
  try {
    const isPresent = async (): Promise<boolean> => (await inspect().catch(undefinedIfAbsent))?.architecture === architecture
    await pullImage(engine, { ...pull, isPresent })
  } catch (error) {
    throw local === undefined ? error : wrongArchitecture(engine, local, architecture, error as Error)
  }
  const pulled = await inspect()
  if (pulled.architecture !== architecture) throw wrongArchitecture(engine, pulled, architecture)
  return pulled
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

/** The reason why a launch that was given up had no image yet. */
function stillPulling({ backend }: Engine, reference: string, { text }: PullProgress): RuntimeError {
  const state = text === undefined ? '' : ` (${text})`
  return new RuntimeError('IMAGE_PULL_FAILED', `${backend} was still pulling ${reference}${state}.`, {
    data: { image: reference, backend },
  })
}
