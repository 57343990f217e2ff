import { labelsFor } from '../../../reaper/labels.ts'
import type { Engine } from '../connection/engine.ts'

const known = new WeakMap<Engine, Promise<boolean>>()

/**
 * Whether an engine can limit the size of a container's own volume. Docker can where its storage has project quotas (XFS, mounted with
 * `pquota`); podman ignores the option in Docker's API.
 */
export function canLimitVolumes(engine: Engine): Promise<boolean> {
  let answer = known.get(engine)
  if (answer === undefined) {
    answer = engine.flavour === 'docker' ? tryVolume(engine) : Promise.resolve(false)
    known.set(engine, answer)
  }
  return answer
}

/** Nothing but an attempt tells. */
async function tryVolume({ docker }: Engine): Promise<boolean> {
  try {
    const volume = await docker.createVolume({ Labels: labelsFor({}), DriverOpts: { size: '1m' } })
    await volume.remove()
    return true
  } catch {
    return false
  }
}
