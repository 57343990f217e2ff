import { existsSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { expect, test } from 'vitest'
import { logStreamName } from '../../../src/emulator/environment/environment-variables.ts'
import { findMarker } from '../../../src/reaper/processes/marker.ts'
import { currentSession, newInstanceId } from '../../../src/reaper/session.ts'

test('a session has a folder that is created when it is needed, and removed when no instance has a folder in it', () => {
  const session = currentSession()
  expect(session.id).toMatch(/^[0-9a-f]{16}$/)
  expect(session.owner.pid).toBe(process.pid)
  const folder = session.instanceFolder(newInstanceId())
  expect(folder.startsWith(`${session.folder}/instances/`)).toBe(true)
  session.removeFolder()
  expect(existsSync(folder)).toBe(true)
  rmSync(folder, { recursive: true })
  session.removeFolder()
  expect(existsSync(dirname(dirname(folder)))).toBe(false)
  expect(existsSync(session.folder)).toBe(true)
  session.removeFolder()
})

test("an instance's id begins with its session's, and is found in an environment by either", () => {
  const id = newInstanceId()
  expect(id).toMatch(/^[0-9a-f]{32}$/)
  expect(id.slice(0, 16)).toBe(currentSession().id)
  const name = logStreamName(id, Date.UTC(2026, 10, 24, 23, 59))
  expect(name).toBe(`2026/11/24/[$LATEST]${id}`)
  const environ = `A=1\0AWS_LAMBDA_LOG_STREAM_NAME=${name}\0B=2\0`
  expect(findMarker(environ)).toBe(id)
  expect(findMarker(`AWS_LAMBDA_LOG_STREAM_NAME=${name}`)).toBe(id)
  expect(findMarker(`X_AWS_LAMBDA_LOG_STREAM_NAME=${name}\0`)).toBeUndefined()
  expect(findMarker(`AWS_LAMBDA_LOG_STREAM_NAME=${name}0\0`)).toBeUndefined()
})
