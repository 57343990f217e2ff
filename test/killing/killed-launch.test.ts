import { once } from 'node:events'
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { seeded } from './random.ts'
import { installedPackage } from './runs/installed-package.ts'
import { leftOfOthers } from './runs/left.ts'
import { type Run, runners, startRun } from './runs/run.ts'
import { ownTemp, processesIn, userFolderIn } from './support.ts'

const modules = await installedPackage()
const within = { timeout: 5300, interval: 50 }

describe.each(runners)('launches of %s that are interrupted', runner => {
  let temp: string
  let control: Run
  let living: string
  const start = (env: Record<string, string> = {}): Run => startRun({ runner, modules, temp, role: 'victim', env })
  const expectGone = () => vi.waitFor(() => expect(leftOfOthers(temp, living)).toEqual([]), within)

  beforeAll(async () => {
    temp = ownTemp(afterAll)
    control = startRun({ runner, modules, temp, role: 'control', after: afterAll })
    await vi.waitFor(() => expect(control.said('control')).toHaveLength(2), { timeout: 30_000 })
    living = control.said<{ session: string }>('control')[0]!.session
  })

  test('when a folder is there, and nothing runs in it yet', async () => {
    // Those that are made ahead would do.
    rmSync(join(userFolderIn(temp), 'pipes'), { recursive: true, force: true })
    // In place of the program that makes an environment's pipe: it ends the whole run, itself included.
    const bin = join(temp, 'bin')
    mkdirSync(bin)
    writeFileSync(join(bin, 'mkfifo'), '#!/bin/sh\nkill -9 0\n')
    chmodSync(join(bin, 'mkfifo'), 0o755)
    const run = start({ PATH: `${bin}:${process.env.PATH}` })
    await run.ended()
    expect(run.child.signalCode).toBe('SIGKILL')
    await expectGone()
  })

  test('when the runtime is in its init', async () => {
    const run = start({ INIT: 'hangs' })
    const sessions = join(userFolderIn(temp), 'sessions')
    const others = () => processesIn(sessions).length - processesIn(join(sessions, living)).length
    await vi.waitFor(() => expect(others()).toBeGreaterThan(0), { timeout: 20_000, interval: 10 })
    run.signal('SIGKILL')
    await expectGone()
  })

  test('at any moment', async () => {
    const random = seeded(6)
    for (let round = 0; round < 4; round++) {
      const run = start()
      const exit = once(run.child, 'exit')
      await Promise.race([setTimeout(300 + random() * 1500), exit])
      run.signal('SIGKILL')
      await exit
    }
    await expectGone()
  })

  test('do no harm to the run beside them', async () => {
    control.stop()
    const { code, output } = await control.ended()
    expect(code, output).toBe(0)
    expect(control.said<{ instances: number }>('control').map(({ instances }) => instances)).toEqual([3, 3])
  })
})
