import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, vi } from 'vitest'
import { onLinux } from '../../../support/on-linux.ts'

const program = join(import.meta.dirname, 'fixtures/few-descriptors.ts')
const numbers = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 16]

interface Outcome {
  readonly free: number
  readonly came: string
  readonly left: readonly string[]
  readonly afterwards: string
}

onLinux(
  'a launch that gets no more descriptors fails in its own words, leaves nothing open, and the next one is well',
  async () => {
    const temp = mkdtempSync(join(tmpdir(), 'few-descriptors-'))
    onTestFinished(() => rmSync(temp, { recursive: true }))
    const script = `ulimit -n 120; exec "$0" --no-warnings "$@"`
    const args = ['-c', script, process.execPath, program, ...numbers.map(String)]
    const { stdout } = await promisify(execFile)('sh', args, { env: { PATH: process.env.PATH, TMPDIR: temp } })
    const { results, uncaught } = JSON.parse(stdout) as { results: readonly Outcome[]; uncaught: readonly string[] }
    expect(uncaught).toEqual([])
    for (const { free, came, left, afterwards } of results) {
      expect(came, `${free} free`).toMatch(/^(1|INSTANCE_START_FAILED|TEMP_FOLDER_UNUSABLE)$/)
      expect(left, `${free} free`).toEqual([])
      expect(afterwards, `after ${free} free`).toBe('1')
    }
    expect(results.at(-1)?.came).toBe('1')
    const sessions = readdirSync(temp).map(name => join(temp, name, 'sessions'))
    await vi.waitFor(() => expect(sessions.filter(existsSync).flatMap(folder => readdirSync(folder))).toEqual([]), 10_000)
  },
  60_000,
)
