import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { currentOwner } from '../../../src/model/owner.ts'
import {
  createInstanceFolder,
  createOwnerFolder,
  instanceFolders,
  isFirst,
  ownerFolders,
  removeOwnerFolder,
  sessionsOnDisk,
} from '../../../src/reaper/session-folder.ts'

const SESSION = '0123456789abcdef'
const INSTANCE = `${SESSION}fedcba9876543210`

let temp: string
beforeEach(() => {
  temp = mkdtempSync(join(tmpdir(), 'lf-session-'))
  vi.stubEnv('TMPDIR', temp)
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(temp, { recursive: true, force: true })
})

test("an owner's folder is private and names its owner, and is found again with its instances", () => {
  const owner = currentOwner()
  const main = createOwnerFolder(SESSION, owner, 0)
  const thread = createOwnerFolder(SESSION, owner, 4)
  const instance = createInstanceFolder(thread, INSTANCE)
  mkdirSync(join(dirname(main), 'something else'))
  expect(statSync(main).mode & 0o777).toBe(0o700)
  expect(JSON.parse(readFileSync(join(main, 'owner.json'), 'utf8'))).toEqual(owner)
  expect(sessionsOnDisk()).toEqual([SESSION])
  const { pid, startTime } = owner
  expect(ownerFolders(SESSION).sort((a, b) => a.threadId - b.threadId)).toEqual([
    { path: main, pid, startTime, threadId: 0 },
    { path: thread, pid, startTime, threadId: 4 },
  ])
  expect(instanceFolders(thread)).toEqual([{ instanceId: INSTANCE, path: instance }])
  expect(instanceFolders(main)).toEqual([])
})

test("an owner's folder stays while an instance has a folder, and the session's goes with its last owner's", () => {
  const [one, two] = [createOwnerFolder(SESSION, currentOwner(), 1), createOwnerFolder(SESSION, currentOwner(), 2)]
  const instance = createInstanceFolder(one, INSTANCE)
  removeOwnerFolder(one)
  expect(existsSync(instance)).toBe(true)
  rmSync(instance, { recursive: true })
  expect([isFirst(one, 'sweep'), isFirst(two, 'sweep'), isFirst(two, 'notice')]).toEqual([true, false, true])
  removeOwnerFolder(one)
  expect(ownerFolders(SESSION).map(({ path }) => path)).toEqual([two])
  removeOwnerFolder(two)
  expect(sessionsOnDisk()).toEqual([])
})
