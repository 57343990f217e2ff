import type Docker from 'dockerode'

/** Removes a container in whatever state it is; what is gone is fine. @throws Error if the engine can't be reached, or can't */
export async function removeContainer(container: Docker.Container): Promise<void> {
  try {
    await container.remove({ force: true, v: true })
  } catch (error) {
    if (isGone(error)) return
    // Some engines kill nothing that is paused.
    await container.unpause().catch(() => undefined)
    await container.remove({ force: true, v: true }).catch((again: unknown) => {
      if (!isGone(again)) throw again
    })
  }
}

function isGone(error: unknown): boolean {
  const { statusCode, message = '' } = error as { statusCode?: number; message?: string }
  return statusCode === 404 || (statusCode === 409 && /already in progress/.test(message))
}
