import type { Readable } from 'node:stream'
import type Docker from 'dockerode'
import type { ImageBuild } from '../../../model/lambda-function.ts'
import { LABELS } from '../../../reaper/labels.ts'
import type { Engine } from '../connection/engine.ts'
import { baseImages } from './base-images.ts'
import { packContext } from './build-context.ts'
import { BuildFailure } from './build-failure.ts'
import { BuildOutput } from './build-output.ts'
import { platformOf } from './platform.ts'
import { registryCredentials } from './registry-credentials.ts'

/** Builds an image under that name. Gives the SHA-256 of the context that was sent. @throws BuildFailure */
export async function buildImage(engine: Engine, build: ImageBuild, architecture: string, name: string): Promise<string> {
  const { dockerfile, buildArgs, target } = build
  const registryconfig = await credentialsOf(await baseImages(build))
  const output = new BuildOutput(`${engine.backend} builds ${build.context}/${dockerfile}`)
  let done = false
  try {
    const digest = await packContext(engine.backend, build, async tar => {
      const ending = new AbortController()
      tar.once('error', error => ending.abort(error))
      const options = {
        t: name,
        dockerfile,
        buildargs: buildArgs,
        ...(target === undefined ? {} : { target }),
        platform: platformOf(architecture),
        labels: { [LABELS.built]: 'true', 'org.testcontainers': 'true' },
        // The container of a step that fails goes, too.
        forcerm: true,
        ...(registryconfig === undefined ? {} : { registryconfig }),
        abortSignal: ending.signal,
      }
      try {
        const said = await engine.docker.buildImage(tar, options as Docker.ImageBuildOptions)
        for await (const chunk of said) output.take(String(chunk))
        output.take('\n')
      } catch (error) {
        throw unreadable(tar) ?? error
      }
    })
    if (output.failure !== undefined) throw new Error(output.failure)
    done = true
    return digest
  } catch (cause) {
    throw new BuildFailure((cause as Error).message.trim(), output.tail, cause)
  } finally {
    output.end(done)
  }
}

/** What a file of the context said against being read, which is why the request was broken off. */
const unreadable = (tar: Readable): Error | null => tar.errored

async function credentialsOf(images: readonly string[]): Promise<Record<string, object> | undefined> {
  const found = await Promise.all(images.map(image => registryCredentials(image)))
  const known = found.flatMap(credentials =>
    credentials === undefined ? [] : [[credentials.serveraddress, credentials] as const],
  )
  return known.length === 0 ? undefined : Object.fromEntries(known)
}
