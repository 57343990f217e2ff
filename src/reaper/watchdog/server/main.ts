import { closeSync, watch } from 'node:fs'
import { createServer } from 'node:net'
import { elect } from './election.ts'
import { log } from './log.ts'
import { Watchdog } from './watchdog.ts'

const folder = process.argv[2]
if (folder === undefined) throw new Error('usage: watchdog <folder>')

// Meant for the test run in the same terminal; what that leaves is why this process is here.
for (const signal of ['SIGINT', 'SIGHUP', 'SIGTERM', 'SIGQUIT', 'SIGTSTP'] as const) process.on(signal, () => {})
process.on('uncaughtException', error => log(`unexpected: ${error.stack}`))

// Connections wait in the backlog until the watchdog listens to them.
const server = createServer({ pauseOnConnect: false })
const inode = await elect(server, folder).catch((error: Error) => {
  log(`can't be elected: ${error.message}`)
  process.exit(1)
})
if (inode !== undefined) {
  const watchdog = new Watchdog(server, folder, inode)
  watch(folder, () => watchdog.checkName()).on('error', () => {})
  // It may have lost its name before it was watched.
  watchdog.checkName()
  log('watches')
} else {
  server.close()
}
try {
  // Tells the starter that it is decided.
  closeSync(3)
} catch {}
