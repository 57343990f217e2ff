import { expect, test, vi } from 'vitest'
import { installedPackage } from './runs/installed-package.ts'
import { leftOf } from './runs/left.ts'
import { runners, startRun } from './runs/run.ts'
import { ownTemp } from './support.ts'

const modules = await installedPackage()

// One file is jest's own process, more are its workers.
test.each(runners.flatMap(runner => [1, 2].map(files => ({ runner, files }))))(
  'a handle that nobody terminated keeps $runner ($files files) from nothing, and what it had goes',
  async ({ runner, files }) => {
    const temp = ownTemp()
    const run = startRun({ runner, modules, temp, role: 'forgotten', files })
    const { code, output } = await run.ended()
    expect(code, output).toBe(0)
    expect(output).not.toMatch(/did not exit|failed to exit|force exited|hanging/i)
    const [{ session }] = run.said<{ session: string }>('ready') as [{ session: string }]
    await vi.waitFor(() => expect(leftOf(temp, session)).toEqual([]), { timeout: 5300, interval: 50 })
  },
)
