import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import { logStreamName } from '../../../../src/emulator/environment/environment-variables.ts'
import { startTimeOf } from '../../../../src/platform/process-identity.ts'
import { endProcesses } from '../../../../src/reaper/processes/end-processes.ts'
import { snapshotOfThisTurn } from '../../../../src/reaper/processes/snapshot.ts'
import { newInstanceId } from '../../../../src/reaper/session.ts'

test('a process that has ended since a shared snapshot was taken is not reported as left', async () => {
  const instanceId = newInstanceId()
  const env = { PATH: process.env.PATH, AWS_LAMBDA_LOG_STREAM_NAME: logStreamName(instanceId) }
  const child = spawn('sleep', ['60'], { env, stdio: 'ignore' })
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child, 'spawn')
  expect(snapshotOfThisTurn().markers.get(child.pid!)).toBe(instanceId)
  child.kill('SIGKILL')
  // Within this turn of the event loop, all callers get the snapshot from above.
  while (startTimeOf(child.pid!) !== undefined);
  expect(await endProcesses({ instanceId }, {}, snapshotOfThisTurn)).toEqual({ ended: [], left: [] })
})
