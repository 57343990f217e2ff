import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { expect, onTestFinished } from 'vitest'
import { type Moment, momentOf, pidsSince } from '../../../../src/reaper/processes/pids-since.ts'
import { listProcesses } from '../../../../src/reaper/processes/process-table.ts'
import { onLinux } from '../../../support/on-linux.ts'

async function start(program: string, ...args: string[]): Promise<ChildProcess> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child, 'spawn')
  return child
}

const sleeper = async (): Promise<number> => (await start('sleep', '1000')).pid!

onLinux('finds the process itself and what was started later, and nothing that was started before', async () => {
  const before = await sleeper()
  const moment = momentOf(await sleeper())
  const after = await sleeper()
  expect(moment.knowsLast).toBe(true)
  for (const since of [moment, { ...moment, knowsLast: false }]) {
    const pids = pidsSince(since)
    expect(pids).toContain(after)
    expect(pids).not.toContain(before)
    expect(pids).toContain(moment.pid)
    expect(pids).not.toContain(process.pid)
  }
})

onLinux('finds all processes when pids have begun again since', async () => {
  const before = await sleeper()
  const moment = momentOf(await sleeper())
  const comeAround: Moment[] = [
    { ...moment, forks: moment.forks - 2 ** 22 },
    { ...moment, pid: 2 ** 22 },
    { ...moment, forks: Number.NaN },
  ]
  for (const since of comeAround) expect(pidsSince(since)).toEqual(expect.arrayContaining([1, before, process.pid]))
})

onLinux('lists processes, and not their threads', async () => {
  const moment = momentOf(await sleeper())
  const child = await start(process.execPath, '-e', 'console.log(); setInterval(() => {}, 1000)')
  await once(child.stdout!, 'data')
  const threads = readdirSync(`/proc/${child.pid}/task`).map(Number)
  expect(pidsSince(moment)).toEqual(expect.arrayContaining(threads))
  const listed = listProcesses(moment)
  expect(listed.get(child.pid!)).toEqual(listProcesses().get(child.pid!))
  expect(threads.filter(thread => listed.has(thread))).toEqual([child.pid])
})
