// One worker of bench/reaper.ts, as the process backend joins: it opens the connection, makes its folder, tells of what it is about to
// start, and waits for the acknowledgement. The Runtime API's server is listening by then.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { register } from '../src/reaper/register.ts'
import { currentSession, newInstanceId } from '../src/reaper/session.ts'
import { watchdogClient } from '../src/reaper/watchdog/client/watchdog-client.ts'

const bare = async (): Promise<number> => {
  const start = performance.now()
  await once(spawn('true', { stdio: 'ignore' }), 'exit')
  return performance.now() - start
}
await bare()
const server = createServer().listen(0, '127.0.0.1').unref()
await once(server, 'listening')

const start = performance.now()
watchdogClient().open()
const instanceId = newInstanceId()
const folder = currentSession().instanceFolder(instanceId)
const registration = register({ kind: 'process', instanceId, folder })
const joined = performance.now()
await registration.known
const known = performance.now()
console.log(JSON.stringify({ join: joined - start, known: known - start, spawn: await bare() }))
if (process.argv[2] === 'stay') setInterval(() => {}, 1000)
