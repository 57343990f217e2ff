import type Docker from 'dockerode'
import type { ImageBuild } from '../../../model/lambda-function.ts'
import { LABELS } from '../../../reaper/labels.ts'
import { platformOf } from '../connection/architecture.ts'
import type { Engine } from '../connection/engine.ts'
import { jsonLines } from '../connection/json-lines.ts'
import { packContext } from './build-context.ts'
import { type BuildMessage, BuildOutput } from './build-output.ts'
import { baseImages, putsArgumentsIntoImage } from './dockerfile.ts'
import { withProgress } from './progress.ts'
import { registryCredentials } from './registry-credentials.ts'

/** A build that failed, with the last lines of its output. */
export class BuildFailure extends Error {
  readonly tail: readonly string[]

  constructor(cause: unknown, tail: readonly string[]) {
    super((cause as Error).message.trim(), { cause })
    this.tail = tail
  }
}

export interface BuildTarget {
  readonly architecture: string
  /** The image's name. */
  readonly name: string
  /** Takes what the builder says. */
  readonly output?: BuildOutput
  readonly signal?: AbortSignal
}

/** Builds an image. Returns the digest of the context that was sent. @throws BuildFailure */
export async function buildImage(engine: Engine, build: ImageBuild, target: BuildTarget): Promise<string> {
  const { output = new BuildOutput() } = target
  const what = `${engine.backend} builds ${build.context}/${build.dockerfile}`
  try {
    return await withProgress(
      what,
      () => output.step,
      () => sendBuild(engine, build, { ...target, output }),
    )
  } catch (error) {
    throw new BuildFailure(error, output.tail)
  }
}

async function sendBuild(
  { docker, flavour }: Engine,
  build: ImageBuild,
  { architecture, name, output, signal }: BuildTarget & { readonly output: BuildOutput },
): Promise<string> {
  const { dockerfile, buildArgs, target } = build
  const registryconfig = await credentialsOf(await baseImages(build))
  const { tar, digest } = packContext(build)
  // Node doesn't end a request whose body fails.
  const request = new AbortController()
  tar.once('error', error => request.abort(error))
  const options = {
    t: name,
    dockerfile,
    buildargs: buildArgs,
    ...(target === undefined ? {} : { target }),
    platform: platformOf(architecture),
    labels: { [LABELS.built]: 'true', 'org.testcontainers': 'true' },
    // Without it, the container of a step that fails stays.
    forcerm: true,
    // podman caches ENV and the like under their text, in which an argument is still a name. 4.3 was seen to do so.
    nocache: flavour === 'podman' && (await putsArgumentsIntoImage(build)),
    ...(registryconfig === undefined ? {} : { registryconfig }),
    abortSignal: signal === undefined ? request.signal : AbortSignal.any([request.signal, signal]),
  }
  try {
    const answer = await docker.buildImage(tar, options as Docker.ImageBuildOptions)
    for await (const message of jsonLines<BuildMessage>(answer)) output.add(message)
    if (output.error !== undefined) throw new Error(output.error)
    // An engine may leave the padding at the end unread.
    tar.unpipe().resume()
    return await digest
  } catch (error) {
    throw tar.errored ?? error
  } finally {
    tar.destroy()
  }
}

async function credentialsOf(images: readonly string[]): Promise<Record<string, object> | undefined> {
  const found = await Promise.all(images.map(image => registryCredentials(image)))
  const known = found.flatMap(credentials =>
    credentials === undefined ? [] : [[credentials.serveraddress, credentials] as const],
  )
  return known.length === 0 ? undefined : Object.fromEntries(known)
}
