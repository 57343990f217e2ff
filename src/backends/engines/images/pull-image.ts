import { RuntimeError } from '../../../errors/runtime-error.ts'
import { platformOf } from '../connection/architecture.ts'
import type { Engine } from '../connection/engine.ts'
import { jsonLines } from '../connection/json-lines.ts'
import { lockAmongProcesses } from './lock-among-processes.ts'
import { withProgress } from './progress.ts'
import type { PullMessage, PullProgress } from './pull-progress.ts'
import { registryCredentials } from './registry-credentials.ts'

export interface Pull {
  readonly reference: string
  readonly architecture: string
  /** Called once no other process pulls the image. */
  readonly isPresent: () => Promise<boolean>
  readonly progress: PullProgress
  readonly signal: AbortSignal
}

/**
 * Pulls an image, unless another process of this user pulls it first. Engines keep whole layers, so a pull after an interrupted one
 * goes on with the layers that are missing.
 * @throws RuntimeError `IMAGE_PULL_FAILED` with the registry's own message
 */
export async function pullImage(engine: Engine, pull: Pull): Promise<void> {
  const { reference, architecture, signal } = pull
  const release = await lockAmongProcesses('pull', `${engine.url} ${reference} ${architecture}`, signal)
  try {
    if (!(await pull.isPresent())) await sendPull(engine, pull)
  } catch (cause) {
    throw new RuntimeError(
      'IMAGE_PULL_FAILED',
      `${engine.backend} does not have the image ${reference} (${architecture}) and could not pull it: ${(cause as Error).message.trim()}. ${remedyFor(reference)}`,
      { data: { image: reference, architecture, backend: engine.backend, engine: engine.url }, cause },
    )
  } finally {
    await release().catch(() => undefined)
  }
}

function remedyFor(reference: string): string {
  return reference.startsWith('public.ecr.aws/lambda/')
    ? 'Behind a firewall, set LAMBDA_FIXTURES_IMAGE_MIRROR to a mirror of public.ecr.aws.'
    : 'Check its name, or build it first.'
}

async function sendPull({ docker, backend }: Engine, { reference, architecture, progress, signal }: Pull): Promise<void> {
  await withProgress(
    `${backend} pulls ${reference}`,
    () => progress.text,
    async () => {
      const authconfig = await registryCredentials(reference)
      const platform = platformOf(architecture)
      const options = { platform, abortSignal: signal, ...(authconfig === undefined ? {} : { authconfig }) }
      for await (const message of jsonLines<PullMessage>(await docker.pull(reference, options))) {
        // podman answers a failed pull with 200 and an error message.
        if (message.error) throw new Error(message.error)
        progress.add(message)
      }
    },
  )
}
