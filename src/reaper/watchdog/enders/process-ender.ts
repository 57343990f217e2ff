import type { ProcessResource } from '../../../model/resource.ts'
import { endInstance } from '../../end-instance.ts'
import { findProcesses, type Traces } from '../../processes/find-processes.ts'
import { snapshotOfThisTurn } from '../../processes/snapshot.ts'
import { isOurs, removeFolder } from '../../remove-folder.ts'
import type { Ender } from './ender.ts'

export const processEnder: Ender<ProcessResource> = {
  refusal({ instanceId, folder }) {
    if (!/^[0-9a-f]{32}$/.test(instanceId)) return `an instance's id is 32 hex digits, not ${JSON.stringify(instanceId)}`
    if (folder !== undefined && !isOurs(folder)) return `${folder} is not below the user's folder`
    return undefined
  },
  // An idle runtime ends when its connection breaks, and then nothing shows any more that its children descend from it.
  atClose(resource) {
    const seen = findProcesses({ instanceId: resource.instanceId }, tracesOf(resource), snapshotOfThisTurn())
    const descendants = [...(resource.descendants ?? []), ...seen.map(({ pid, startTime }) => ({ pid, startTime }))]
    return { ...resource, descendants }
  },
  async end(resource) {
    const { instanceId, folder } = resource
    const { ended, survivors } = await endInstance(instanceId, tracesOf(resource), snapshotOfThisTurn)
    if (survivors.length > 0) {
      const list = survivors.map(({ pid, reason }) => `${pid} (${reason})`).join(', ')
      throw new Error(`processes of instance ${instanceId} could not be ended: ${list}`)
    }
    const lines = ended.length === 0 ? [] : [`instance ${instanceId}: killed ${ended.map(({ pid }) => pid).join(', ')}`]
    if (folder !== undefined && (await removeFolder(folder))) lines.push(`removed ${folder}`)
    return lines
  },
}

/** What a registration says about where its processes may be. */
export function tracesOf({ pid, startTime, descendants, folder }: ProcessResource): Traces {
  return {
    ...(pid !== undefined && startTime !== undefined && { leader: { pid, startTime } }),
    ...(descendants !== undefined && { remembered: descendants }),
    ...(folder !== undefined && { folder }),
  }
}
