import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import { logStreamName } from '../../../../src/emulator/environment/environment-variables.ts'
import { ownerState } from '../../../../src/model/owner.ts'
import { startTimeOf } from '../../../../src/platform/process-identity.ts'
import { endProcesses } from '../../../../src/reaper/processes/end-processes.ts'
import { findProcesses } from '../../../../src/reaper/processes/find-processes.ts'
import { currentSession, newInstanceId } from '../../../../src/reaper/session.ts'

async function sleeper(env: NodeJS.ProcessEnv = {}) {
  const child = spawn('sleep', ['1000'], { detached: true, env: { PATH: process.env.PATH, ...env }, stdio: 'ignore' })
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child, 'spawn')
  return child
}

test('a process that has the pid of an ended one is not touched, nor is its group', async () => {
  const child = await sleeper()
  const instanceId = newInstanceId()
  const stale = { pid: child.pid!, startTime: String(Number(startTimeOf(child.pid!)) - 1) }
  const traces = { leader: stale, remembered: [stale] }
  expect(findProcesses({ instanceId }, traces)).toEqual([])
  expect(await endProcesses({ instanceId }, traces)).toEqual({ ended: [], left: [] })
  expect(startTimeOf(child.pid!)).toBeDefined()
  expect(ownerState({ ...currentSession().owner, ...stale })).toBe('dead')
})

test('a marker is found anywhere in an environment that is larger than the buffer', async () => {
  const name = logStreamName(newInstanceId())
  const filler = Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`FILLER_${i}`, 'x'.repeat(16_000 - i * 7)]))
  for (const env of [
    { AWS_LAMBDA_LOG_STREAM_NAME: name, ...filler },
    { ...filler, AWS_LAMBDA_LOG_STREAM_NAME: name },
    // Across the border of the buffer.
    ...[65_400, 65_440, 65_460, 65_480].map(size => ({ F: 'x'.repeat(size), AWS_LAMBDA_LOG_STREAM_NAME: name })),
  ]) {
    const child = await sleeper(env)
    expect(findProcesses({ instanceId: name.slice(-32) }).map(({ pid }) => pid)).toEqual([child.pid])
    expect(findProcesses({ sessionId: currentSession().id }).map(({ pid }) => pid)).toContain(child.pid)
    expect((await endProcesses({ instanceId: name.slice(-32) })).ended).toHaveLength(1)
  }
})

test("what isn't there is dead, and what is a zombie too", async () => {
  expect(startTimeOf(2 ** 31 - 1)).toBeUndefined()
  const child = await sleeper()
  const startTime = startTimeOf(child.pid!)!
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect(ownerState({ ...currentSession().owner, pid: child.pid!, startTime })).toBe('dead')
})
