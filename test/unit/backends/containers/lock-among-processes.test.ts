import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import { lockAmongProcesses } from '../../../../src/backends/container/lock-among-processes.ts'

const source = new URL('../../../../src/backends/container/lock-among-processes.ts', import.meta.url).href

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

test("another process's turn is waited for, and ours begins when it has ended", async () => {
  const what = `other-${process.pid}`
  const program = `const { lockAmongProcesses } = await import(${JSON.stringify(source)})
    const release = await lockAmongProcesses('build', ${JSON.stringify(what)})
    process.stdout.write('locked')
    process.stdin.once('data', async () => { process.stdout.write('released'); await release(); process.exit() })`
  const other = spawn(process.execPath, ['--no-warnings', '--input-type=module', '-e', program], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  onTestFinished(() => void other.kill('SIGKILL'))
  let said = ''
  other.stdout.on('data', data => (said += String(data)))
  await once(other.stdout, 'data')
  const ours = lockAmongProcesses('build', what)
  // A different thing is nobody's turn.
  await (await lockAmongProcesses('build', `${what}-else`))()
  other.stdin.write('go')
  const release = await ours
  expect(said).toBe('lockedreleased')
  await release()
})
