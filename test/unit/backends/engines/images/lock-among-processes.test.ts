import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { lockAmongProcesses } from '../../../../../src/backends/engines/images/lock-among-processes.ts'
import { userFolder } from '../../../../../src/platform/user-folder.ts'

const source = new URL('../../../../../src/backends/engines/images/lock-among-processes.ts', import.meta.url).href

test('lets one caller in at a time, until all have been in', async () => {
  let inside = 0
  let most = 0
  const enter = async (): Promise<void> => {
    const release = await lockAmongProcesses('pull', `many-${process.pid}`)
    most = Math.max(most, ++inside)
    await new Promise(resolve => setImmediate(resolve))
    inside--
    await release()
  }
  await Promise.all(Array.from({ length: 10 }, enter))
  expect(most).toBe(1)
})

/** Starts a process that holds the lock of `what` until it gets input. */
async function holdInProcess(what: string) {
  const program = `const { lockAmongProcesses } = await import(${JSON.stringify(source)})
    const release = await lockAmongProcesses('build', ${JSON.stringify(what)})
    process.stdout.write('locked')
    process.stdin.once('data', async () => { process.stdout.write('released'); await release(); process.exit() })`
  const other = spawn(process.execPath, ['--no-warnings', '--input-type=module', '-e', program], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  onTestFinished(() => void other.kill('SIGKILL'))
  const said: string[] = []
  other.stdout.on('data', data => said.push(String(data)))
  await once(other.stdout, 'data')
  return { other, said }
}

test('waits for another process to release the lock', async () => {
  const what = `other-${process.pid}`
  const { other, said } = await holdInProcess(what)
  const ours = lockAmongProcesses('build', what)
  // A lock for something else is free.
  await (await lockAmongProcesses('build', `${what}-else`))()
  other.stdin.write('go')
  const release = await ours
  expect(said.join('')).toBe('lockedreleased')
  await release()
})

test('takes the lock of a dead process 30 s after its last renewal, however late the wait began', async () => {
  const locks = join(userFolder(), 'locks')
  const before = existsSync(locks) ? readdirSync(locks) : []
  const what = `died-${process.pid}`
  const { other } = await holdInProcess(what)
  other.kill('SIGKILL')
  await once(other, 'exit')
  const lock = readdirSync(locks).find(name => name.startsWith('build-') && !before.includes(name))
  const renewal = new Date(Date.now() - 29_500)
  utimesSync(join(locks, lock!), renewal, renewal)
  await (await lockAmongProcesses('build', what))()
})
