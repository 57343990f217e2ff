import { currentOwner, type Owner } from '../model/owner.ts'
import { now } from '../platform/clock.ts'
import { currentSession } from './session.ts'

/** What everything that outlives a process carries, so that any later run can judge whose it is. */
export const labelNames = {
  session: 'lambda-fixtures.session',
  /** `<host>:<pid>:<start time>` */
  owner: 'lambda-fixtures.owner',
  boot: 'lambda-fixtures.boot',
  /** The owner's thread, 0 for the main one. */
  thread: 'lambda-fixtures.thread',
  instance: 'lambda-fixtures.instance',
  functionName: 'lambda-fixtures.function',
  deployId: 'lambda-fixtures.deploy-id',
  /** Of images: built for functions, and kept for the next run. */
  built: 'lambda-fixtures.built',
  /** ISO 8601. */
  created: 'lambda-fixtures.created',
} as const

/** The labels for a new resource of this session. */
export function labelsFor(of: { instanceId?: string; functionName?: string; deployId?: string }): Record<string, string> {
  const { id, owner, threadId } = currentSession()
  return {
    [labelNames.session]: id,
    [labelNames.owner]: `${owner.host}:${owner.pid}:${owner.startTime}`,
    [labelNames.boot]: owner.boot,
    [labelNames.thread]: String(threadId),
    ...(of.instanceId !== undefined && { [labelNames.instance]: of.instanceId }),
    ...(of.functionName !== undefined && { [labelNames.functionName]: of.functionName }),
    ...(of.deployId !== undefined && { [labelNames.deployId]: of.deployId }),
    [labelNames.created]: new Date(now()).toISOString(),
  }
}

/** The owner in a resource's labels, to be judged by `ownerState`; `undefined` if it has none that can be read, and so isn't ours to judge. */
export function ownerOf(labels: Readonly<Record<string, string | undefined>>): Owner | undefined {
  const match = /^(.+):(\d+):(\d+)$/.exec(labels[labelNames.owner] ?? '')
  const boot = labels[labelNames.boot]
  if (match === null || boot === undefined) return undefined
  return { host: match[1]!, pid: Number(match[2]), startTime: match[3]!, boot }
}

/** Why a living or unknown owner's resource is left, for reports. */
export function reasonToLeave(owner: Owner, state: 'alive' | 'unknown'): string {
  if (state === 'alive') return `its owner, process ${owner.pid}, is running`
  return `its owner, process ${owner.pid} on ${owner.host}, can't be seen from here (${currentOwner().host})`
}
