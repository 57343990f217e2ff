import { createHash, randomBytes } from 'node:crypto'
import { RuntimeError } from '../../../errors/runtime-error.ts'
import type { ImageBuild } from '../../../model/lambda-function.ts'
import type { Engine } from '../connection/engine.ts'
import { baseImages } from './base-images.ts'
import { digestContext } from './build-context.ts'
import { BuildFailure } from './build-failure.ts'
import { buildImage } from './build-image.ts'
import { lockAmongProcesses } from './lock-among-processes.ts'

const REPOSITORY = 'localhost/lambda-fixtures/built'

/**
 * The images that are built on one engine, each under a name that tells its content: what has been built is found by it, by any run
 * and worker, until somebody removes it.
 */
export class ImageBuilds {
  readonly #engine: Engine
  readonly #running = new Map<string, Promise<string>>()

  constructor(engine: Engine) {
    this.#engine = engine
  }

  /** The name of the image for what the context holds now. @throws RuntimeError `IMAGE_BUILD_FAILED`, `MISSING_PEER` */
  async get(build: ImageBuild, architecture: string): Promise<string> {
    try {
      const name = await this.#nameNow(build, architecture)
      if (await this.#id(name)) return name
      let running = this.#running.get(name)
      if (running === undefined) {
        running = this.#buildInTurn(build, architecture, name)
        this.#running.set(name, running)
        const over = (): boolean => this.#running.delete(name)
        running.then(over, over)
      }
      return await running
    } catch (error) {
      if (error instanceof RuntimeError) throw error
      throw buildFailed(this.#engine, build, architecture, error as Error)
    }
  }

  async #buildInTurn(build: ImageBuild, architecture: string, asked: string): Promise<string> {
    const release = await lockAmongProcesses('build', `${this.#engine.url} ${asked}`)
    try {
      // Another process may have built it, and brought its base images, which are a part of the name.
      const name = await this.#nameNow(build, architecture)
      return (await this.#id(name)) === undefined ? await this.#build(build, architecture) : name
    } finally {
      await release().catch(() => undefined)
    }
  }

  /** Built under another name first: files may change while they are sent, and a name must not promise what isn't in there. */
  async #build(build: ImageBuild, architecture: string): Promise<string> {
    const { docker } = this.#engine
    const provisional = `${REPOSITORY}:building-${randomBytes(8).toString('hex')}`
    const digest = await buildImage(this.#engine, build, architecture, provisional)
    try {
      const name = await this.#name(build, architecture, digest)
      await docker.getImage(provisional).tag({ repo: REPOSITORY, tag: name.slice(REPOSITORY.length + 1) })
      return name
    } finally {
      await docker.getImage(provisional).remove()
    }
  }

  async #nameNow(build: ImageBuild, architecture: string): Promise<string> {
    return await this.#name(build, architecture, await digestContext(this.#engine.backend, build))
  }

  async #name(build: ImageBuild, architecture: string, digest: string): Promise<string> {
    const { dockerfile, buildArgs, target } = build
    const bases = await Promise.all((await baseImages(build)).map(async image => [image, await this.#id(image)]))
    const args = Object.entries(buildArgs).sort(([a], [b]) => (a < b ? -1 : 1))
    const content = JSON.stringify({ digest, dockerfile, args, target, architecture, bases })
    return `${REPOSITORY}:${createHash('sha256').update(content).digest('hex').slice(0, 32)}`
  }

  async #id(reference: string): Promise<string | undefined> {
    try {
      return (await this.#engine.docker.getImage(reference).inspect()).Id
    } catch (error) {
      if ((error as { statusCode?: number }).statusCode === 404) return undefined
      throw error
    }
  }
}

function buildFailed(engine: Engine, build: ImageBuild, architecture: string, cause: Error): RuntimeError {
  const { backend, url } = engine
  const { context, dockerfile, buildArgs, target } = build
  const tail = cause instanceof BuildFailure ? cause.tail : []
  const said = tail.length === 0 ? '' : `\nThe builder said last:\n${tail.map(line => `  ${line}`).join('\n')}`
  const stage = target === undefined ? '' : ` --target ${target}`
  // Values of arguments are nobody's to read in a log.
  const args = Object.keys(buildArgs).map(name => ` --build-arg ${name}=…`)
  const byHand = `${backend} build --file ${context}/${dockerfile}${stage}${args.join('')} ${context}`
  return new RuntimeError(
    'IMAGE_BUILD_FAILED',
    `${backend} could not build the image of ${context} (${dockerfile}, ${architecture}): ${cause.message}.${said}\nMend it, or build it by hand to see all: ${byHand}`,
    { data: { backend, engine: url, context, dockerfile, target, architecture, output: tail }, cause: cause.cause ?? cause },
  )
}
