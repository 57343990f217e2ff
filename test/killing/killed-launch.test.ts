import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { installedPackage } from './runs/installed-package.ts'
import { leftOfOthers } from './runs/left.ts'
import { type Run, runners, startRun } from './runs/run.ts'
import { ownTemp, processesIn, userFolderIn, WITHIN } from './support.ts'

const modules = await installedPackage()

// chaos.test.ts kills launches at random moments.
describe.each(runners)('nothing is left of a run of %s that is killed', runner => {
  let temp: string
  let control: Run
  let living: string
  const start = (env: Record<string, string> = {}): Run => startRun({ runner, modules, temp, role: 'victim', env })
  const expectGone = () => vi.waitFor(() => expect(leftOfOthers(temp, living)).toEqual([]), WITHIN)

  beforeAll(async () => {
    temp = ownTemp(afterAll)
    control = startRun({ runner, modules, temp, role: 'control', after: afterAll })
    await vi.waitFor(() => expect(control.said('control')).toHaveLength(2), { timeout: 30_000 })
    living = control.said<{ session: string }>('control')[0]!.session
  })

  test('when an instance has a folder and no process yet', async () => {
    // Without the FIFOs in stock, the launch makes some.
    rmSync(join(userFolderIn(temp), 'pipes'), { recursive: true, force: true })
    // This mkfifo kills the whole run, itself included.
    const bin = join(temp, 'bin')
    mkdirSync(bin)
    writeFileSync(join(bin, 'mkfifo'), '#!/bin/sh\nkill -9 0\n')
    chmodSync(join(bin, 'mkfifo'), 0o755)
    const run = start({ PATH: `${bin}:${process.env.PATH}` })
    await run.ended()
    expect(run.child.signalCode).toBe('SIGKILL')
    await expectGone()
  })

  test('when a runtime is in its init phase', async () => {
    const run = start({ INIT: 'hangs' })
    const sessions = join(userFolderIn(temp), 'sessions')
    const others = () => processesIn(sessions).length - processesIn(join(sessions, living)).length
    await vi.waitFor(() => expect(others()).toBeGreaterThan(0), { timeout: 20_000, interval: 10 })
    run.signal('SIGKILL')
    await expectGone()
  })

  test('and a run beside it loses nothing', async () => {
    control.stop()
    const { code, output } = await control.ended()
    expect(code, output).toBe(0)
    expect(control.said<{ instances: number }>('control').map(({ instances }) => instances)).toEqual([3, 3])
  })
})
