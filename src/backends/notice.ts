import { maskSecrets } from '../errors/secrets.ts'
import { currentSession } from '../reaper/session.ts'

const given = new Set<string>()

/** Writes a notice to stderr, once in a test run and not once for each test file. */
export function noticeOnce(key: string, text: string): void {
  if (given.has(key)) return
  given.add(key)
  if (isFirst(key)) process.stderr.write(`lambda-fixtures: ${maskSecrets(text)}\n`)
}

/** The session's folder tells which process is the first. Without it, the notice is rather written twice than never. */
function isFirst(key: string): boolean {
  try {
    return currentSession().isFirst(key)
  } catch {
    return true
  }
}
