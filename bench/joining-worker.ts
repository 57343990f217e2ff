// One worker of bench/reaper.ts, as the process backend joins: a folder and a registration, then the acknowledgement.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { register } from '../src/reaper/register.ts'
import { currentSession, newInstanceId } from '../src/reaper/session.ts'

const bare = async (): Promise<number> => {
  const start = performance.now()
  await once(spawn('true', { stdio: 'ignore' }), 'exit')
  return performance.now() - start
}
await bare()

const start = performance.now()
const instanceId = newInstanceId()
const folder = currentSession().instanceFolder(instanceId)
const registration = register({ kind: 'process', instanceId, folder })
const joined = performance.now()
await registration.known
const known = performance.now()
console.log(JSON.stringify({ join: joined - start, known: known - start, spawn: await bare() }))
if (process.argv[2] === 'stay') setInterval(() => {}, 1000)
