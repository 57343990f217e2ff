import { closeSync, watch } from 'node:fs'
import { createServer } from 'node:net'
import { elect } from './election.ts'
import { log } from './log.ts'
import { Watchdog } from './watchdog.ts'

const folder = process.argv[2]
if (folder === undefined) throw new Error('usage: watchdog <folder>')

// These signals are meant for the test run in the same terminal. The watchdog must outlive it.
for (const signal of ['SIGINT', 'SIGHUP', 'SIGTERM', 'SIGQUIT', 'SIGTSTP'] as const) process.on(signal, () => {})
process.on('uncaughtException', error => log(`unexpected: ${error.stack}`))

const server = createServer()
const inode = await elect(server, folder).catch((error: Error) => {
  log(`can't be elected: ${error.message}`)
  process.exit(1)
})
if (inode !== undefined) {
  // Connections that came during the election wait in the backlog.
  const watchdog = new Watchdog(server, folder, inode)
  watch(folder, () => watchdog.checkName()).on('error', () => {})
  // It may have lost its name before the folder was watched.
  watchdog.checkName()
  log('watches')
} else {
  server.close()
}
try {
  // Tells the process that started this one that the election is over.
  closeSync(3)
} catch {}
