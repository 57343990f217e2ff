import type Docker from 'dockerode'
import { within } from '../../../platform/clock.ts'
import type { EngineError } from '../connection/engine-error.ts'

const ATTEMPTS = 3
/** A container that is killed ends within this time. */
const END_MS = 1_000

/** Removes a container in any state. Succeeds if it does not exist. @throws Error if the engine does not answer, or refuses */
export async function removeContainer(container: Docker.Container): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await container.remove({ force: true, v: true })
      return
    } catch (error) {
      if (await isRemoved(container, error as EngineError)) return
      if (attempt === ATTEMPTS || (error as EngineError).statusCode === undefined) throw error
      await endContainer(container)
    }
  }
}

async function isRemoved(container: Docker.Container, { statusCode, message }: EngineError): Promise<boolean> {
  // podman may answer with 500 if the container goes during its answer.
  if (statusCode === 404 || /no such container/.test(message)) return true
  if (statusCode !== 409 || !/already in progress/.test(message)) return false
  await container.wait({ condition: 'removed' }).catch(() => undefined)
  return true
}

/** Some engines refuse to remove a container that is paused, or that is about to end. */
async function endContainer(container: Docker.Container): Promise<void> {
  await container.unpause().catch(() => undefined)
  await container.kill().catch(() => undefined)
  const ended = container.wait({ condition: 'not-running' }).catch(() => undefined)
  await within(END_MS, ended, () => undefined)
}
