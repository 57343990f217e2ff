import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, vi } from 'vitest'
import { onLinux } from '../support/on-linux.ts'
import { cleanEnv, node, ownTemp, processesIn, root, spawnTied, userFolderIn } from './support.ts'

const stateOf = (thread: string): string | undefined => / \(.*\) (.) /.exec(readFileSync(thread, 'latin1'))?.[1]

/** The run reads the output of a function that holds its pipe's lock. It can't even be killed until the watchdog frees it. */
onLinux('a run that is killed while it hangs at a pipe ends, and so do its functions', async () => {
  const temp = ownTemp()
  const child = spawnTied(node(join(root, 'test/killing/fixtures/held-pipe.ts')), {
    env: cleanEnv(temp),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout!, 'data')
  const hangs = (): boolean =>
    readdirSync(`/proc/${child.pid}/task`).some(task => stateOf(`/proc/${child.pid}/task/${task}/stat`) === 'D')
  await vi.waitFor(() => expect(hangs()).toBe(true), { timeout: 5000, interval: 1 })
  const exit = once(child, 'exit')
  child.kill('SIGKILL')
  expect(await exit).toEqual([null, 'SIGKILL'])
  const sessions = join(userFolderIn(temp), 'sessions')
  const left = (): unknown[] => [...processesIn(sessions), ...readdirSync(sessions)]
  await vi.waitFor(() => expect(left()).toEqual([]), { timeout: 10_000, interval: 50 })
})
