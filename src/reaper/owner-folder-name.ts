import type { ProcessIdentity } from '../platform/process-identity.ts'

/** The name of an owner's folder within the session's: `<pid>-<start time>`, and in a worker thread `-<thread id>`. */
export function ownerFolderName(of: ProcessIdentity, threadId: number): string {
  return threadId === 0 ? `${of.pid}-${of.startTime}` : `${of.pid}-${of.startTime}-${threadId}`
}
