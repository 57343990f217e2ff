import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, vi } from 'vitest'
import { asRoot } from '../support/as-root.ts'
import {
  type ClientReport,
  cleanEnv,
  isAlive,
  node,
  ownTemp,
  processesIn,
  root,
  spawnTied,
  startClient,
  WITHIN,
  watchdogsOf,
  withoutEngines,
} from './support.ts'

/** The user nobody. */
const OTHER = 65534

/** Starts a client as another user. Only root can. */
async function startAs(uid: number, temp: string, kinds: readonly string[]) {
  const program = node(join(root, 'test/killing/fixtures/client.ts'), ...kinds)
  const ids = [`--reuid=${uid}`, `--regid=${uid}`, '--clear-groups']
  const child = spawnTied(['setpriv', ...ids, '--pdeathsig=KILL', ...program], {
    env: cleanEnv(temp, { HOME: '/' }),
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const [line] = (await once(createInterface({ input: child.stdout! }), 'line')) as [string]
  return { child, report: JSON.parse(line) as ClientReport }
}

asRoot('two users of one temporary folder have a watchdog each, and neither touches what the other has', async () => {
  const temp = ownTemp()
  chmodSync(temp, 0o1777)
  const mine = await startClient(temp, ['idle', 'setsid'])
  const theirs = await startAs(OTHER, temp, ['idle', 'setsid'])
  expect(watchdogsOf(temp)).toHaveLength(2)
  expect(readdirSync(temp).sort()).toEqual(['lambda-fixtures-0', `lambda-fixtures-${OTHER}`])
  expect(readdirSync(temp).map(name => statSync(join(temp, name)).uid)).toEqual([0, OTHER])
  expect(processesIn(theirs.report.folder)).toHaveLength(3)

  await mine.kill()
  await vi.waitFor(() => expect(existsSync(mine.report.folder)).toBe(false), WITHIN)
  expect(processesIn(mine.report.folder)).toEqual([])
  expect(processesIn(theirs.report.folder)).toHaveLength(3)

  // Root could reach it, but sweeps none of it.
  const [file, ...args] = node(join(root, 'src/cli/bin.ts'), 'reap', '--json')
  const report = JSON.parse(execFileSync(file!, args, { encoding: 'utf8', env: cleanEnv(temp, withoutEngines) }))
  expect(report).toMatchObject({ removed: [], kept: [], failed: [] })
  theirs.child.kill('SIGKILL')
  await vi.waitFor(() => expect(existsSync(theirs.report.folder)).toBe(false), WITHIN)
  await vi.waitFor(() => expect(theirs.report.instances.filter(({ pid }) => isAlive(pid))).toEqual([]))
})
