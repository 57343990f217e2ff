import type Docker from 'dockerode'

/** Removes a container in whatever state it is; what is gone is fine. @throws Error if the engine can't be reached, or can't */
export async function removeContainer(container: Docker.Container): Promise<void> {
  try {
    await container.remove({ force: true, v: true })
  } catch (error) {
    if (await isGone(container, error)) return
    // Some engines kill nothing that is paused.
    await container.unpause().catch(() => undefined)
    try {
      await container.remove({ force: true, v: true })
    } catch (again) {
      if (!(await isGone(container, again))) throw again
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
