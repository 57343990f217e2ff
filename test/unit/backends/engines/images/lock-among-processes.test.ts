import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { lockAmongProcesses } from '../../../../../src/backends/engines/images/lock-among-processes.ts'
import { userFolder } from '../../../../../src/platform/user-folder.ts'

const source = new URL('../../../../../src/backends/engines/images/lock-among-processes.ts', import.meta.url).href

test('of many who do the same, one does it at a time, and all come to it', async () => {
  let inside = 0
  let most = 0
  const turn = async (): Promise<void> => {
    const release = await lockAmongProcesses('pull', `many-${process.pid}`)
    most = Math.max(most, ++inside)
    await new Promise(resolve => setImmediate(resolve))
    inside--
    await release()
  }
  await Promise.all(Array.from({ length: 10 }, turn))
  expect(most).toBe(1)
})

/** A process that has its turn at `what` until it is told to go on. */
async function inTurn(what: string) {
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

test("another process's turn is waited for, and ours begins when it has ended", async () => {
  const what = `other-${process.pid}`
  const { other, said } = await inTurn(what)
  const ours = lockAmongProcesses('build', what)
  // A different thing is nobody's turn.
  await (await lockAmongProcesses('build', `${what}-else`))()
  other.stdin.write('go')
  const release = await ours
  expect(said.join('')).toBe('lockedreleased')
  await release()
})

test('the turn of a process that died is over 30 s after its last sign, however late ours began', async () => {
  const locks = join(userFolder(), 'locks')
  const before = existsSync(locks) ? readdirSync(locks) : []
  const what = `died-${process.pid}`
  const { other } = await inTurn(what)
  other.kill('SIGKILL')
  await once(other, 'exit')
  const lock = readdirSync(locks).find(name => name.startsWith('build-') && !before.includes(name))
  const sign = new Date(Date.now() - 29_500)
  utimesSync(join(locks, lock!), sign, sign)
  await (await lockAmongProcesses('build', what))()
})
