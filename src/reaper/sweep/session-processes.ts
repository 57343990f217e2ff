import { readFileSync } from 'node:fs'
import { currentOwner, type Owner } from '../../model/owner.ts'
import type { SessionResource } from '../../model/session-resource.ts'
import { findProcesses } from '../processes/find-processes.ts'
import { instanceFolders, ownerFolders } from '../session-folder.ts'

/** What the process backend's instances of a session have: their processes and their folders. */
export function sessionProcesses(session: string): SessionResource[] {
  const owners = new Map<string, { readonly owner: Owner; readonly threadId: number }>()
  const folders = ownerFolders(session).flatMap(({ path, pid, startTime, threadId }) => {
    const by = { owner: { ...currentOwner(), pid, startTime }, threadId }
    return instanceFolders(path).map((folder): SessionResource => {
      owners.set(folder.instanceId, by)
      return { backend: 'process', kind: 'folder', id: folder.path, session, ...by }
    })
  })
  const processes = findProcesses({ sessionId: session }).map(({ pid, instanceId }): SessionResource => {
    const { functionName, command } = describeProcess(pid)
    return {
      backend: 'process',
      kind: 'process',
      id: String(pid),
      session,
      ...(functionName !== undefined && { functionName }),
      ...owners.get(instanceId ?? ''),
      description: command,
    }
  })
  return [...processes, ...folders]
}

function describeProcess(pid: number): { functionName?: string; command: string } {
  if (process.platform !== 'linux') return { command: '' }
  const command = read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim()
  const functionName = /(?:^|\0)AWS_LAMBDA_FUNCTION_NAME=([^\0]*)/.exec(read(`/proc/${pid}/environ`))?.[1]
  return { command, ...(functionName !== undefined && { functionName }) }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}
