import { existsSync, globSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')

test('each unit test has the path and the name of the file that it tests', () => {
  const tests = globSync('test/unit/**/*.test.ts', { cwd: root })
  // `pool.closing.test.ts` tests one aspect of `pool.ts`.
  const sources = tests.map(file => file.replace('test/unit/', 'src/').replace(/(\.[\w-]+)?\.test\.ts$/, '.ts'))
  expect(tests.length).toBeGreaterThan(50)
  expect(sources.filter(file => !existsSync(join(root, file)))).toEqual([])
})
