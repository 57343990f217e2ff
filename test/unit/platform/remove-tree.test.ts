import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { removeTree } from '../../../src/platform/remove-tree.ts'

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'remove-tree-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

test('a folder goes with its content, and what its links point to stays', async () => {
  const root = folder()
  const other = folder()
  writeFileSync(join(other, 'kept'), '')
  mkdirSync(join(root, 'a/b'), { recursive: true })
  writeFileSync(join(root, 'a/b/file'), '')
  symlinkSync(other, join(root, 'a/link'))
  symlinkSync('nowhere', join(root, 'dangling'))
  await removeTree(root)
  expect(existsSync(root)).toBe(false)
  expect(existsSync(join(other, 'kept'))).toBe(true)
})

test('the event loop turns while many files are removed', async () => {
  const root = folder()
  for (let index = 0; index < 500; index++) writeFileSync(join(root, String(index)), '')
  let turns = 0
  const removing = removeTree(root)
  setImmediate(function next() {
    turns++
    if (existsSync(root)) setImmediate(next)
  })
  await removing
  expect(turns).toBeGreaterThan(1)
})

test('a folder that does not exist is an error', async () => {
  await expect(removeTree(join(folder(), 'missing'))).rejects.toThrow('ENOENT')
})
