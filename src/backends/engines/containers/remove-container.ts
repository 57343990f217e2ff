import type Docker from 'dockerode'
import { setTimeout } from '../../../platform/clock.ts'

const TRIES = 5
const PAUSE_MS = 100

/** Removes a container in whatever state it is; what is gone is fine. @throws Error if the engine can't be reached, or can't */
export async function removeContainer(container: Docker.Container): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await container.remove({ force: true, v: true })
      return
    } catch (error) {
      if (await isGone(container, error)) return
      if (attempt === TRIES || (error as { statusCode?: number }).statusCode === undefined) throw error
      // Some engines kill nothing that is paused; podman refuses what is just stopping.
      await container.unpause().catch(() => new Promise(resolve => setTimeout(resolve, PAUSE_MS)))
    }
  }
}

async function isGone(container: Docker.Container, error: unknown): Promise<boolean> {
  const { statusCode, message = '' } = error as { statusCode?: number; message?: string }
  if (statusCode === 404) return true
  if (statusCode !== 409 || !/already in progress/.test(message)) return false
  await container.wait({ condition: 'removed' }).catch(() => undefined)
  return true
}
