import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { alive, asPid1, TestEnvironment } from './harness.ts'

// splice(2) from a socket to a pipe holds the pipe's lock until bytes come. A process that reads the pipe meanwhile can't even be killed.
test.each([
  ['beside others', []],
  ['as PID 1', asPid1],
])('a program that holds the lock of its output pipe delays neither answers nor the stop: %s', async (_name, wrapper) => {
  await using environment = await new TestEnvironment({ wrapper }).launch()
  await environment.invoke({ do: 'splice' })
  for (let i = 0; i < 20; i++) expect(await environment.invoke({ do: 'echo', data: i })).toBe(i)
  await environment.sandbox.stop()
  expect(environment.output).toBe('before\n')
  await environment.sandbox.start()
  expect(await environment.invoke({ do: 'log', tag: 'again', lines: 1, width: 0 })).toBe(null)
  expect(environment.output).toBe('before\nagain 0 \n')
})

test('a program that holds the lock of its output pipe does not prevent the end of its container', async () => {
  await using environment = await new TestEnvironment({ wrapper: asPid1 }).launch()
  await environment.invoke({ do: 'splice' })
  for (let i = 0; i < 20; i++) await environment.invoke({ do: 'echo', data: i })
  const { pid } = environment.init
  const pid1 = Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8'))
  process.kill(pid1, 'SIGKILL')
  await environment.initEnded
  expect(alive(pid1)).toBe(false)
})

test.each(['SIGKILL', 'SIGSTOP'])('the log reader recovers from %s', async signal => {
  await using environment = await new TestEnvironment({ wrapper: asPid1 }).launch()
  expect(await environment.invoke({ do: 'signal', name: 'log-reader', signal })).toBe(1)
  for (let i = 0; i < 20; i++) {
    await environment.invoke({ do: 'log', tag: `#${i}`, lines: 1, width: 0 })
    expect(environment.output).toContain(`#${i} 0 \n`)
  }
  await environment.sandbox.stop()
})
