import { readFile } from 'node:fs/promises'
import { userFolder } from '../platform/user-folder.ts'
import { logPath } from '../reaper/watchdog/address.ts'
import { askWatchdog } from '../reaper/watchdog/client/ask.ts'
import { watchdogFolder } from '../reaper/watchdog/watchdog-folder.ts'
import { backendsSection } from './backends-section.ts'

const lastLines = 10

/** `lambda-fixtures doctor`: exits with 1 if no session can be kept. */
export async function doctor(print: (text: string) => void): Promise<number> {
  print(`Node ${process.version} on ${process.platform} ${process.arch}\n`)
  print(await backendsSection())
  try {
    print(`Sessions are kept in ${userFolder()}\n`)
  } catch (error) {
    print(`${(error as Error).message}\n`)
    return 1
  }
  print(await watchdogSection(watchdogFolder()))
  return 0
}

async function watchdogSection(folder: string): Promise<string> {
  const status = await askWatchdog(folder)
  // The connection that asks is one, too.
  const clients = status?.clients.filter(({ session }) => session !== undefined).length
  const now =
    status === undefined
      ? 'Watchdog: none is running; a test run starts it.'
      : `Watchdog: pid ${status.pid}, protocol ${status.version}, up ${status.upSeconds} s, ${Math.round(status.rssBytes / 1e6)} MB, ${clients} ${clients === 1 ? 'client' : 'clients'}.`
  const log = await readFile(logPath(folder), 'utf8').catch(() => '')
  const tail = log.trimEnd().split('\n').slice(-lastLines)
  return [now, ...(log === '' ? [] : [`The end of its log, ${logPath(folder)}:`, ...tail.map(line => `  ${line}`)]), ''].join(
    '\n',
  )
}
