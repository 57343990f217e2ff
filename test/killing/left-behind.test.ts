import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, vi } from 'vitest'
import type { ReapReport } from '../../src/model/reap-report.ts'
import { asRoot } from '../support/as-root.ts'
import { cleanEnv, isAlive, logIn, node, ownTemp, root, WITHIN, withoutEngines } from './support.ts'

/** The user nobody. */
const UID = 65534
const asNobody = ['setpriv', `--reuid=${UID}`, `--regid=${UID}`, '--clear-groups']

asRoot(
  'terminate() succeeds although a process of another user is left; it is reported, and found again by each reap',
  async () => {
    const temp = ownTemp()
    chmodSync(temp, 0o1777)
    // A function can start this as root, though it runs as nobody.
    const helper = join(temp, 'setpriv')
    copyFileSync('/usr/bin/setpriv', helper)
    chmodSync(helper, 0o4755)
    const env = cleanEnv(temp, { HOME: '/', ...withoutEngines })
    const [file, ...args] = [...asNobody, ...node(join(root, 'test/killing/fixtures/leave-behind.ts'), helper)]
    const { stdout, stderr } = spawnSync(file!, args, { encoding: 'utf8', env, timeout: 30_000 })
    expect(stdout, stderr).toMatch(/^\{"pid":\d+\}\n$/)
    const { pid } = JSON.parse(stdout) as { pid: number }
    onTestFinished(() => void spawnSync('kill', ['-9', String(pid)]))
    expect(isAlive(pid)).toBe(true)
    expect(stderr).toBe(
      `lambda-fixtures: "leaves" has ended, but process ${pid} could not be ended: it belongs to another user. "npx lambda-fixtures reap" tries again.\n`,
    )

    const reap = (): ReapReport => {
      const [file, ...args] = [...asNobody, ...node(join(root, 'src/cli/bin.ts'), 'reap', '--json')]
      const { stdout } = spawnSync(file!, args, { encoding: 'utf8', env })
      return JSON.parse(stdout)
    }
    // The watchdog tries as well, whether the run has reached it before its end or not.
    await vi.waitFor(() => expect(logIn(temp, UID)).toMatch(new RegExp(`${pid}.*it belongs to another user`)), WITHIN)
    const survivor = expect.objectContaining({ kind: 'process', id: String(pid), reason: 'it belongs to another user' })
    for (let time = 0; time < 2; time++) expect(reap()).toMatchObject({ removed: [], failed: [survivor, { kind: 'folder' }] })
    execFileSync('kill', ['-9', String(pid)])
    await vi.waitFor(() => expect(isAlive(pid)).toBe(false), WITHIN)
    expect(reap()).toMatchObject({ removed: [{ kind: 'folder' }], kept: [], failed: [] })
  },
)
