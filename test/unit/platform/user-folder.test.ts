import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { userFolder, userFolderPath } from '../../../src/platform/user-folder.ts'
import { asRoot } from '../../support/as-root.ts'

let temp: string
beforeEach(() => {
  temp = mkdtempSync(join(tmpdir(), 'lf-user-'))
  vi.stubEnv('TMPDIR', temp)
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(temp, { recursive: true, force: true })
})

const problem = (): string => {
  try {
    return userFolder()
  } catch (error) {
    const uid = process.getuid!()
    return `${(error as { code: string }).code}: ${(error as Error).message}`
      .replaceAll(temp, '$TMPDIR')
      .replaceAll(`fixtures-${uid}`, 'fixtures-UID')
  }
}

test('the folder is created once', () => {
  expect(problem()).toBe(userFolderPath())
  expect(problem()).toBe(userFolderPath())
})

test('a folder that other users can enter is refused', () => {
  mkdirSync(userFolderPath())
  chmodSync(userFolderPath(), 0o755)
  expect(problem()).toMatchInlineSnapshot(
    `"TEMP_FOLDER_UNUSABLE: lambda-fixtures keeps its sessions in $TMPDIR/lambda-fixtures-UID, but does not trust this folder: other users can enter it (its mode is 755, not 700). Remove it, or set TMPDIR to a folder that only this user can write to."`,
  )
})

asRoot("another user's folder is refused", () => {
  mkdirSync(userFolderPath(), { mode: 0o700 })
  chownSync(userFolderPath(), 65534, 65534)
  expect(problem()).toMatchInlineSnapshot(
    `"TEMP_FOLDER_UNUSABLE: lambda-fixtures keeps its sessions in $TMPDIR/lambda-fixtures-UID, but does not trust this folder: it belongs to user 65534, and this process runs as user 0. Remove it, or set TMPDIR to a folder that only this user can write to."`,
  )
})

test('a symbolic link is refused', () => {
  mkdirSync(join(temp, 'elsewhere'), { mode: 0o700 })
  symlinkSync(join(temp, 'elsewhere'), userFolderPath())
  expect(problem()).toMatchInlineSnapshot(
    `"TEMP_FOLDER_UNUSABLE: lambda-fixtures keeps its sessions in $TMPDIR/lambda-fixtures-UID, but does not trust this folder: it is a symbolic link. Remove it, or set TMPDIR to a folder that only this user can write to."`,
  )
})

test('a missing temp folder is named', () => {
  vi.stubEnv('TMPDIR', join(temp, 'missing'))
  expect(problem()).toMatchInlineSnapshot(
    `"TEMP_FOLDER_UNUSABLE: lambda-fixtures keeps its sessions in $TMPDIR/missing/lambda-fixtures-UID, but this folder can't be created: its parent folder does not exist. Set TMPDIR to a folder that this user can write to."`,
  )
})
