import { mkdirSync, mkdtempSync, readdirSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { userFolder } from '../../../../src/platform/user-folder.ts'
import { reapStale } from '../../../../src/reaper/sweep/reap-stale.ts'

const DAY_MS = 24 * 3600 * 1000
const MIB = 1024 * 1024

let temp: string
let folder: string
beforeEach(() => {
  temp = mkdtempSync(join(tmpdir(), 'lambda-fixtures-bundles-'))
  vi.stubEnv('TMPDIR', temp)
  folder = join(userFolder(), 'bundles')
  mkdirSync(folder, { mode: 0o700 })
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(temp, { recursive: true })
})

function writeBundle(name: string, ageMs: number, size = 0): void {
  const path = join(folder, name)
  writeFileSync(path, '')
  // Without taking the space.
  truncateSync(path, size)
  const usedAt = (Date.now() - ageMs) / 1000
  utimesSync(path, usedAt, usedAt)
}

test('removes bundles that were not used for a week', async () => {
  writeBundle('old', 8 * DAY_MS)
  writeBundle('old.bundle.123.abc', 8 * DAY_MS)
  writeBundle('used', 6 * DAY_MS)
  writeBundle('future', -30 * DAY_MS)
  await reapStale()
  expect(readdirSync(folder).sort()).toEqual(['future', 'used'])
})

test('removes the bundles used longest ago when all take more than 256 MiB', async () => {
  writeBundle('third', 3, 100 * MIB)
  writeBundle('first', 1, 100 * MIB)
  writeBundle('second', 2, 156 * MIB)
  const report = await reapStale()
  expect(readdirSync(folder).sort()).toEqual(['first', 'second'])
  expect(report.removed.map(({ kind, id }) => [kind, id])).toEqual([['bundle', join(folder, 'third')]])
})

test('removes nothing in a dry run', async () => {
  writeBundle('old', 8 * DAY_MS)
  expect((await reapStale({ dryRun: true })).removed).toHaveLength(1)
  expect(readdirSync(folder)).toEqual(['old'])
})
