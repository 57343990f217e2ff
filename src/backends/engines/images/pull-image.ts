import { RuntimeError } from '../../../errors/runtime-error.ts'
import type { Engine } from '../connection/engine.ts'
import { lockAmongProcesses } from './lock-among-processes.ts'
import { platformOf } from './platform.ts'
import { type PullLine, PullProgress } from './pull-progress.ts'
import { registryCredentials } from './registry-credentials.ts'

/**
 * Pulls an image, once for all processes of this user: whoever waited finds it there. What was pulled before a break needs not be
 * pulled again, as engines keep whole layers.
 * @param isThere asked when it is our turn
 * @throws RuntimeError `IMAGE_PULL_FAILED` with the registry's own words
 */
export async function pullImage(
  engine: Engine,
  reference: string,
  architecture: string,
  isThere: () => Promise<boolean>,
): Promise<void> {
  const release = await lockAmongProcesses('pull', `${engine.url} ${reference} ${architecture}`)
  try {
    if (await isThere()) return
    await pull(engine, reference, architecture)
  } catch (cause) {
    if (cause instanceof RuntimeError) throw cause
    const said = (cause as Error).message.trim()
    throw new RuntimeError(
      'IMAGE_PULL_FAILED',
      `${engine.backend} has no image ${reference} (${architecture}), and could not pull it: ${said}. ${remedyOf(reference)}`,
      { data: { image: reference, architecture, backend: engine.backend, engine: engine.url }, cause },
    )
  } finally {
    await release().catch(() => undefined)
  }
}

function remedyOf(reference: string): string {
  return reference.startsWith('public.ecr.aws/lambda/')
    ? 'Behind a firewall, LAMBDA_FIXTURES_IMAGE_MIRROR names a mirror of public.ecr.aws.'
    : 'Is it built, or its name right?'
}

async function pull({ docker, backend }: Engine, reference: string, architecture: string): Promise<void> {
  const platform = platformOf(architecture)
  const authconfig = await registryCredentials(reference)
  const stream = await docker.pull(reference, { platform, ...(authconfig === undefined ? {} : { authconfig }) })
  const progress = new PullProgress(backend, reference)
  let done = false
  try {
    let rest = ''
    // podman answers a failed pull with 200 and an error line.
    for await (const chunk of stream) {
      const lines = (rest + String(chunk)).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) take(line, progress)
    }
    take(rest, progress)
    done = true
  } finally {
    progress.end(done)
  }
}

function take(text: string, progress: PullProgress): void {
  if (text.trim() === '') return
  const line = JSON.parse(text) as PullLine
  if (line.error) throw new Error(line.error)
  progress.take(line)
}
