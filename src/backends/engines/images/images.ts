import { RuntimeError } from '../../../errors/runtime-error.ts'
import { architectureOf } from '../connection/connect-engine.ts'
import type { Engine } from '../connection/engine.ts'
import { pullImage } from './pull-image.ts'

/** What a container's start needs to know of its image. */
export interface ImageInfo {
  /** What the engine finds it by. */
  readonly reference: string
  readonly architecture: 'x86_64' | 'arm64' | (string & {})
  readonly entryPoint: readonly string[]
  readonly command: readonly string[]
  readonly workingDirectory: string
  readonly environment: Readonly<Record<string, string>>
}

/** The images of one engine: looked up once, pulled if they aren't there; what is there is used without asking a registry. */
export class Images {
  readonly #engine: Engine
  readonly #known = new Map<string, Promise<ImageInfo>>()

  constructor(engine: Engine) {
    this.#engine = engine
  }

  /** @throws RuntimeError `IMAGE_PULL_FAILED`, `UNSUPPORTED_ARCHITECTURE` */
  get(reference: string, architecture: string = this.#engine.architecture): Promise<ImageInfo> {
    const key = `${architecture} ${reference}`
    let finding = this.#known.get(key)
    if (finding === undefined) {
      finding = this.#find(reference, architecture)
      this.#known.set(key, finding)
      // An image may come, or go, while we run.
      finding.catch(() => this.#known.delete(key))
    }
    return finding
  }

  forget(reference: string): void {
    for (const key of this.#known.keys()) if (key.endsWith(` ${reference}`)) this.#known.delete(key)
  }

  async #find(reference: string, architecture: string): Promise<ImageInfo> {
    const local = await this.#inspect(reference)
    if (local?.architecture === architecture) return local
    try {
      await pullImage(this.#engine, reference, architecture, async () => {
        const present = await this.#inspect(reference)
        return present?.architecture === architecture
      })
    } catch (error) {
      if (local === undefined || !(error instanceof RuntimeError)) throw error
      throw wrongArchitecture(this.#engine, local, architecture, error)
    }
    const pulled = await this.#inspect(reference)
    if (pulled?.architecture === architecture) return pulled
    if (pulled === undefined) throw new RuntimeError('IMAGE_PULL_FAILED', `${reference} was pulled, but isn't there.`)
    throw wrongArchitecture(this.#engine, pulled, architecture)
  }

  async #inspect(reference: string): Promise<ImageInfo | undefined> {
    try {
      const { Architecture, Config } = await this.#engine.docker.getImage(reference).inspect()
      const { Entrypoint, Cmd, WorkingDir, Env } = Config
      return {
        reference,
        architecture: architectureOf(Architecture),
        entryPoint: words(Entrypoint),
        command: words(Cmd),
        workingDirectory: WorkingDir || '/',
        environment: Object.fromEntries((Env ?? []).map(pair => pair.split(/=(.*)/s).slice(0, 2))),
      }
    } catch (error) {
      if ((error as { statusCode?: number }).statusCode === 404) return undefined
      throw error
    }
  }
}

function words(value: string | readonly string[] | null | undefined): readonly string[] {
  return typeof value === 'string' ? [value] : (value ?? [])
}

function wrongArchitecture(engine: Engine, image: ImageInfo, wanted: string, cause?: RuntimeError): RuntimeError {
  const { reference, architecture } = image
  const tried = cause === undefined ? '' : ` Another one could not be pulled: ${cause.message}`
  const remedy = `Set architecture: '${architecture}', or give an image for ${wanted}.`
  return new RuntimeError(
    'UNSUPPORTED_ARCHITECTURE',
    `The image ${reference} on ${engine.backend} is for ${architecture}, but the function is for ${wanted}. ${remedy}${tried}`,
    { data: { image: reference, architecture, wanted, backend: engine.backend }, ...(cause && { cause }) },
  )
}
