import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { currentOwner, type Owner } from '../../model/owner.ts'
import type { SessionResource } from '../../model/session-resource.ts'
import { userFolderPath } from '../../platform/user-folder.ts'
import { findProcesses } from '../processes/find-processes.ts'

/** What is there of a session's instances on the process backend: their processes, and their folders. */
export function sessionProcesses(session: string): SessionResource[] {
  const folders = instanceFolders(session)
  const found = findProcesses({ sessionId: session }).map(({ pid, instanceId }): SessionResource => {
    const { functionName, command } = describeProcess(pid)
    return {
      backend: 'process',
      kind: 'process',
      id: String(pid),
      session,
      ...(functionName !== undefined && { functionName }),
      ...folders.get(instanceId ?? '')?.by,
      description: command,
    }
  })
  for (const { path, by } of folders.values()) found.push({ backend: 'process', kind: 'folder', id: path, session, ...by })
  return found
}

interface InstanceFolder {
  readonly path: string
  readonly by: { readonly owner: Owner; readonly threadId: number }
}

function instanceFolders(session: string): Map<string, InstanceFolder> {
  const found = new Map<string, InstanceFolder>()
  const sessionFolder = join(userFolderPath(), 'sessions', session)
  for (const name of names(sessionFolder)) {
    const match = /^(\d+)-(\d+)(?:-(\d+))?$/.exec(name)
    if (match === null) continue
    const owner = { ...currentOwner(), pid: Number(match[1]), startTime: match[2]! }
    const by = { owner, threadId: Number(match[3] ?? 0) }
    const instances = join(sessionFolder, name, 'instances')
    for (const instanceId of names(instances)) found.set(instanceId, { path: join(instances, instanceId), by })
  }
  return found
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

function names(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
