import { maskSecrets } from '../errors/secrets.ts'
import { currentSession } from '../reaper/session.ts'

const given = new Set<string>()

/** Tells the user something on stderr, once a run and not once for each of its test files. */
export function noticeOnce(key: string, text: string): void {
  if (given.has(key)) return
  given.add(key)
  if (isFirst(key)) process.stderr.write(`lambda-fixtures: ${maskSecrets(text)}\n`)
}

/** Where there is no session's folder to ask, rather twice than never. */
function isFirst(key: string): boolean {
  try {
    return currentSession().isFirst(key)
  } catch {
    return true
  }
}
