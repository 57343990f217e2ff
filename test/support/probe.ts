import { type LambdaHandle, type LambdaOptions, launch } from '../../src/index.ts'

export type Probe = LambdaHandle<(event: any) => Promise<any>>

/** A handler for Node.js, in an ES module, that does what its event says. */
export const PROBE_SOURCE = `
import fs from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'
let calls = 0
export const handler = async event => {
  calls++
  if (event.log) for (const line of [event.log].flat()) console.log(line)
  if (event.lines) for (let i = 0; i < event.lines; i++) console.log('line ' + i)
  if (event.write) fs.writeFileSync(event.write, event.content ?? 'x')
  if (event.fill) {
    const file = fs.openSync(event.fill, 'w')
    const bytes = Buffer.alloc(1048576, 1)
    for (let i = 0; i < event.megabytes; i++) fs.writeSync(file, bytes)
    fs.closeSync(file)
  }
  if (event.allocate) { const held = []; for (let i = 0; i < event.allocate; i++) held.push(Buffer.alloc(1048576, i + 1)); await wait(5); return held.length }
  if (event.sleep) await wait(event.sleep)
  if (event.later) console.log(event.later)
  if (event.exit !== undefined) process.exit(event.exit)
  if (event.connect) return await new Promise(resolve => {
    const socket = net.connect(event.connect, () => { socket.destroy(); resolve('connected') })
    socket.on('error', error => resolve(error.code))
  })
  if (event.fetch) return await (await fetch(event.fetch)).text()
  const tried = path => { try { fs.writeFileSync(path + '/x', ''); return 'written' } catch (error) { return error.code } }
  if (event.place) return {
    uid: process.getuid(), gid: process.getgid(), cwd: process.cwd(), cpus: os.availableParallelism(),
    writes: Object.fromEntries((event.folders ?? []).map(path => [path, tried(path)])), layer: fs.existsSync('/opt/layer.txt') && fs.readFileSync('/opt/layer.txt', 'utf8'),
    modes: Object.fromEntries((event.modes ?? []).map(path => [path, (fs.statSync(path).mode & 0o7777).toString(8)])),
    limits: fs.readFileSync('/proc/self/limits', 'utf8').match(/open files\\s+(\\d+)/)[1],
    status: Object.fromEntries(fs.readFileSync('/proc/self/status', 'utf8').split('\\n').filter(line => /^(CapEff|NoNewPrivs)/.test(line)).map(line => line.split(/:\\s+/))),
  }
  if (event.env) return process.env
  return { calls, echo: event.echo, exists: event.exists && fs.existsSync(event.exists) }
}
`

/** A Node.js function that does what its event says. */
export function launchProbe(backend: LambdaOptions['backend'], options: Record<string, unknown> = {}): Promise<Probe> {
  const code = { runtime: 'nodejs24.x', handler: 'app.handler', code: { 'app.mjs': PROBE_SOURCE } }
  const own = 'imageUri' in options || 'image' in options ? {} : code
  const all = { functionName: 'probe', printLogs: 'never', memorySize: 256, timeout: 10, backend, ...own, ...options }
  return launch<(event: any) => Promise<any>>(all as unknown as LambdaOptions)
}
