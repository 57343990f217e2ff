import type { Owner } from '../model/owner.ts'
import { now } from '../platform/clock.ts'
import { currentSession } from './session.ts'

/** The labels of everything that may outlive its owner, so that any later run can tell whose it is. */
export const LABELS = {
  session: 'lambda-fixtures.session',
  /** `<host>:<pid>:<start time>` */
  owner: 'lambda-fixtures.owner',
  boot: 'lambda-fixtures.boot',
  /** The owner's thread, 0 for the main thread. */
  thread: 'lambda-fixtures.thread',
  instance: 'lambda-fixtures.instance',
  functionName: 'lambda-fixtures.function',
  deployId: 'lambda-fixtures.deploy-id',
  /** For images that were built for functions; they are kept for later runs. */
  built: 'lambda-fixtures.built',
  /** ISO 8601. */
  created: 'lambda-fixtures.created',
} as const

/** The labels for a new resource of this session. */
export function labelsFor(of: { instanceId?: string; functionName?: string; deployId?: string }): Record<string, string> {
  const { id, owner, threadId } = currentSession()
  return {
    [LABELS.session]: id,
    [LABELS.owner]: `${owner.host}:${owner.pid}:${owner.startTime}`,
    [LABELS.boot]: owner.boot,
    [LABELS.thread]: String(threadId),
    ...(of.instanceId !== undefined && { [LABELS.instance]: of.instanceId }),
    ...(of.functionName !== undefined && { [LABELS.functionName]: of.functionName }),
    ...(of.deployId !== undefined && { [LABELS.deployId]: of.deployId }),
    [LABELS.created]: new Date(now()).toISOString(),
  }
}

/** The owner that a resource's labels name; `undefined` if they name none. */
export function ownerOf(labels: Readonly<Record<string, string | undefined>>): Owner | undefined {
  const match = /^(.+):(\d+):(\d+)$/.exec(labels[LABELS.owner] ?? '')
  const boot = labels[LABELS.boot]
  if (match === null || boot === undefined) return undefined
  return { host: match[1]!, pid: Number(match[2]), startTime: match[3]!, boot }
}
