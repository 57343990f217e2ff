import { createHash, randomBytes } from 'node:crypto'
import { RuntimeError } from '../../../errors/runtime-error.ts'
import type { ImageBuild } from '../../../model/lambda-function.ts'
import type { Engine } from '../connection/engine.ts'
import { undefinedIfAbsent } from '../connection/engine-error.ts'
import { digestContext } from './build-context.ts'
import { BuildFailure, buildImage } from './build-image.ts'
import { BuildOutput } from './build-output.ts'
import { baseImages } from './dockerfile.ts'
import { lockAmongProcesses } from './lock-among-processes.ts'
import { SharedWork, type Work } from './shared-work.ts'

const REPOSITORY = 'localhost/lambda-fixtures/built'

interface WantedBuild {
  readonly build: ImageBuild
  readonly architecture: string
  readonly digest: string
  readonly name: string
}

interface BuildRun {
  readonly output: BuildOutput
  readonly signal: AbortSignal
}

/**
 * The images that one engine builds. Each has a name made of the hash of its content, so that every worker and every later run finds
 * it, until a user removes it.
 */
export class ImageBuilds {
  readonly #engine: Engine
  readonly #running = new SharedWork<BuildOutput, string>()

  constructor(engine: Engine) {
    this.#engine = engine
  }

  /**
   * Returns the name of the image for what the context holds now.
   * @param signal ends the wait; a build that nobody waits for any more is aborted
   * @throws RuntimeError `IMAGE_BUILD_FAILED`
   */
  async get(build: ImageBuild, architecture: string, signal?: AbortSignal): Promise<string> {
    try {
      const digest = await digestContext(build)
      const name = await this.#name(build, architecture, digest)
      if (await this.#id(name)) return name
      const begin = (aborted: AbortSignal): Work<BuildOutput, string> => {
        const output = new BuildOutput()
        return { state: output, result: this.#buildOnce({ build, architecture, digest, name }, { output, signal: aborted }) }
      }
      const givenUp = (output: BuildOutput): Error => stillBuilding(this.#engine, build, output)
      return await this.#running.run(name, begin, { signal, givenUp })
    } catch (error) {
      if (error instanceof RuntimeError) throw error
      throw buildFailed(this.#engine, build, architecture, error as Error)
    }
  }

  /** Builds the image, unless another process builds it first. */
  async #buildOnce({ build, architecture, digest, name: asked }: WantedBuild, run: BuildRun): Promise<string> {
    const release = await lockAmongProcesses('build', `${this.#engine.url} ${asked}`, run.signal)
    try {
      // The other process may have pulled the base images, whose ids are part of the name.
      const name = await this.#name(build, architecture, digest)
      return (await this.#id(name)) === undefined ? await this.#build(build, architecture, run) : name
    } finally {
      await release().catch(() => undefined)
    }
  }

  /** Files may change until they are sent, so the image is named after what was really sent, once that is known. */
  async #build(build: ImageBuild, architecture: string, run: BuildRun): Promise<string> {
    const { docker } = this.#engine
    const provisional = `${REPOSITORY}:building-${randomBytes(8).toString('hex')}`
    const digest = await buildImage(this.#engine, build, { architecture, name: provisional, ...run })
    try {
      const name = await this.#name(build, architecture, digest)
      await docker.getImage(provisional).tag({ repo: REPOSITORY, tag: name.slice(REPOSITORY.length + 1) })
      return name
    } finally {
      await docker.getImage(provisional).remove()
    }
  }

  async #name(build: ImageBuild, architecture: string, digest: string): Promise<string> {
    const { dockerfile, buildArgs, target } = build
    const bases = await Promise.all((await baseImages(build)).map(async image => [image, await this.#id(image)]))
    const args = Object.entries(buildArgs).sort(([a], [b]) => (a < b ? -1 : 1))
    const content = JSON.stringify({ digest, dockerfile, args, target, architecture, bases })
    return `${REPOSITORY}:${createHash('sha256').update(content).digest('hex').slice(0, 32)}`
  }

  async #id(reference: string): Promise<string | undefined> {
    const image = await this.#engine.docker.getImage(reference).inspect().catch(undefinedIfAbsent)
    return image?.Id
  }
}

function buildFailed(engine: Engine, build: ImageBuild, architecture: string, cause: Error): RuntimeError {
  const { backend, url } = engine
  const { context, dockerfile, buildArgs, target } = build
  const tail = cause instanceof BuildFailure ? cause.tail : []
  const output = tail.length === 0 ? '' : `\nThe builder's last lines:\n${tail.map(line => `  ${line}`).join('\n')}`
  const stage = target === undefined ? '' : ` --target ${target}`
  // The values of arguments may be secrets.
  const args = Object.keys(buildArgs).map(name => ` --build-arg ${name}=…`)
  const options = `--file ${context}/${dockerfile}${stage}${args.join('')} ${context}`
  const remedy = /requires BuildKit/i.test(cause.message)
    ? `The engine builds it without BuildKit. Build it by hand and pass its name as imageUri: DOCKER_BUILDKIT=1 ${backend} build --tag NAME ${options}`
    : `To see the whole output, build it by hand: ${backend} build ${options}`
  return new RuntimeError(
    'IMAGE_BUILD_FAILED',
    `${backend} could not build the image of ${context} (${dockerfile}, ${architecture}): ${cause.message}.${output}\n${remedy}`,
    { data: { backend, engine: url, context, dockerfile, target, architecture, output: tail }, cause: cause.cause ?? cause },
  )
}

/** The reason why a launch that was given up had no image yet. */
function stillBuilding({ backend }: Engine, { context, dockerfile }: ImageBuild, { step }: BuildOutput): RuntimeError {
  const state = step === undefined ? '' : ` (${step.trim()})`
  return new RuntimeError('IMAGE_BUILD_FAILED', `${backend} was still building ${context}/${dockerfile}${state}.`, {
    data: { backend, context, dockerfile },
  })
}
