import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, onTestFinished, vi } from 'vitest'
import { asRoot } from '../support/as-root.ts'
import {
  type ClientReport,
  cleanEnv,
  isAlive,
  ownTemp,
  processesIn,
  root,
  startClient,
  watchdogsOf,
  withoutEngines,
} from './support.ts'

/** Nobody's. */
const other = 65534

/** Starts a client as another user; only root can. */
async function startAs(uid: number, temp: string, kinds: readonly string[]) {
  const program = [process.execPath, '--no-warnings', join(root, 'test/killing/fixtures/client.ts'), ...kinds]
  const ids = [`--reuid=${uid}`, `--regid=${uid}`, '--clear-groups']
  const child = spawn('setpriv', [...ids, ...program], { env: cleanEnv(temp, { HOME: '/' }), stdio: ['pipe', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
  return { child, report: JSON.parse(line) as ClientReport }
}

asRoot("two users in one temp folder have a watchdog each, and neither touches the other's", async () => {
  const temp = ownTemp()
  chmodSync(temp, 0o1777)
  const mine = await startClient(temp, ['idle', 'setsid'])
  const theirs = await startAs(other, temp, ['idle', 'setsid'])
  expect(watchdogsOf(temp)).toHaveLength(2)
  expect(readdirSync(temp).sort()).toEqual(['lambda-fixtures-0', `lambda-fixtures-${other}`])
  expect(readdirSync(temp).map(name => statSync(join(temp, name)).uid)).toEqual([0, other])
  expect(processesIn(theirs.report.folder)).toHaveLength(3)

  await mine.kill()
  await vi.waitFor(() => expect(existsSync(mine.report.folder)).toBe(false), { timeout: 5000 })
  expect(processesIn(mine.report.folder)).toEqual([])
  expect(processesIn(theirs.report.folder)).toHaveLength(3)

  // Root could reach all of it, and sweeps nothing of it either.
  const reap = [process.execPath, ['--no-warnings', join(root, 'src/cli/bin.ts'), 'reap', '--json']] as const
  const report = JSON.parse(execFileSync(reap[0], reap[1], { encoding: 'utf8', env: cleanEnv(temp, withoutEngines) }))
  expect(report).toMatchObject({ removed: [], left: [] })
  theirs.child.kill('SIGKILL')
  await vi.waitFor(() => expect(existsSync(theirs.report.folder)).toBe(false), { timeout: 5000 })
  await vi.waitFor(() => expect(theirs.report.instances.filter(({ pid }) => isAlive(pid))).toEqual([]))
})
