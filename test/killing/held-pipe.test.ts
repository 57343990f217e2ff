import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, vi } from 'vitest'
import { onLinux } from '../support/on-linux.ts'
import { cleanEnv, ownTemp, processesIn, root, userFolderIn } from './support.ts'

const state = (thread: string): string | undefined => / \(.*\) (.) /.exec(readFileSync(thread, 'latin1'))?.[1]

/** A run that reads the output of a function which holds its pipe's lock: until the watchdog frees it, it can't even be killed. */
onLinux('a run that is killed while it hangs at a pipe ends, and its functions with it', async () => {
  const temp = ownTemp()
  const child = spawn(process.execPath, ['--no-warnings', join(root, 'test/killing/fixtures/held-pipe.ts')], {
    env: cleanEnv(temp),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child.stdout!, 'data')
  const hangs = (): boolean =>
    readdirSync(`/proc/${child.pid}/task`).some(task => state(`/proc/${child.pid}/task/${task}/stat`) === 'D')
  await vi.waitFor(() => expect(hangs()).toBe(true), { timeout: 5000, interval: 1 })
  const exit = once(child, 'exit')
  child.kill('SIGKILL')
  expect(await exit).toEqual([null, 'SIGKILL'])
  const sessions = join(userFolderIn(temp), 'sessions')
  const left = (): unknown[] => [...processesIn(sessions), ...readdirSync(sessions)]
  await vi.waitFor(() => expect(left()).toEqual([]), { timeout: 10_000, interval: 50 })
})
