import { expect, test, vi } from 'vitest'
import { installedPackage } from './runs/installed-package.ts'
import { leftOf } from './runs/left.ts'
import { runners, startRun } from './runs/run.ts'
import { ownTemp, WITHIN } from './support.ts'

const modules = await installedPackage()

// jest runs one file in its own process, and more files in workers.
test.each(runners.flatMap(runner => [1, 2].map(files => ({ runner, files }))))(
  '$runner ($files files) ends although a handle was not terminated, and nothing is left',
  async ({ runner, files }) => {
    const temp = ownTemp()
    const run = startRun({ runner, modules, temp, role: 'forgotten', files })
    const { code, output } = await run.ended()
    expect(code, output).toBe(0)
    expect(output).not.toMatch(/did not exit|failed to exit|force exited|hanging/i)
    const [{ session }] = run.said<{ session: string }>('ready') as [{ session: string }]
    await vi.waitFor(() => expect(leftOf(temp, session)).toEqual([]), WITHIN)
  },
)
