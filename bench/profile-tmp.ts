const t0 = performance.now()
import { createServer } from 'node:http'
import { connect } from 'node:net'
import { hostId, bootId, startTimeOf } from '../src/reaper/processes/process-identity.ts'
import { currentOwner } from '../src/reaper/owner.ts'
import { deriveSessionId, runnerOfThis } from '../src/reaper/run.ts'
import { currentSession, newInstanceId } from '../src/reaper/session.ts'
import { watchdogClient } from '../src/reaper/watchdog/client.ts'
import { watchdogFolder } from '../src/reaper/watchdog/watchdog-folder.ts'
import { userFolder } from '../src/reaper/user-folder.ts'
import { register } from '../src/reaper/register.ts'
if (process.env.LISTEN) { const s = createServer().listen(0, '127.0.0.1'); await new Promise(r => s.once('listening', r)); s.unref() }
const marks: Record<string, number> = {}
let last = performance.now()
const mark = (n: string) => { const t = performance.now(); marks[n] = +(t - last).toFixed(2); last = performance.now() }
const start = performance.now()
hostId(); mark('host')
bootId(); mark('boot')
currentOwner(); mark('owner')
deriveSessionId(); mark('derive')
currentSession(); mark('session')
const id = newInstanceId(); mark('id')
userFolder(); mark('userFolder')
const f = currentSession().folder; mark('folder')
const folder = currentSession().instanceFolder(id); mark('instanceFolder')
runnerOfThis(); mark('runner')
const client = watchdogClient(); mark('client')
watchdogFolder(); mark('watchdogFolder')
const r = register({ kind: 'process', instanceId: id, folder }); mark('register')
const sync = performance.now() - start
await r.known; mark('known')
console.log(JSON.stringify({ sync: +sync.toFixed(2), total: +(performance.now() - start).toFixed(2), ...marks }))
if (process.argv[2] === 'stay') setInterval(() => {}, 1000)
