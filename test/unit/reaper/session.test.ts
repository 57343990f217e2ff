import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { logStreamName } from '../../../src/emulator/environment/environment-variables.ts'
import { findMarker } from '../../../src/reaper/processes/marker.ts'
import { currentSession, newInstanceId } from '../../../src/reaper/session.ts'

test('a session has a private folder, made when asked for, that says who owns it', () => {
  const session = currentSession()
  expect(session.id).toMatch(/^[0-9a-f]{16}$/)
  expect(statSync(session.folder).mode & 0o777).toBe(0o700)
  expect(JSON.parse(readFileSync(join(session.folder, 'owner.json'), 'utf8'))).toEqual(session.owner)
  expect(session.owner.pid).toBe(process.pid)
  const folder = session.instanceFolder(newInstanceId())
  expect(existsSync(folder)).toBe(true)
  expect(folder.startsWith(session.folder)).toBe(true)
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
