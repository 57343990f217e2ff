import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ERROR_CODES } from '../../scripts/error-texts.ts'
import { errorsPage } from '../../scripts/errors-page.ts'

const root = join(import.meta.dirname, '../..')

test('docs/errors.md is what the table of codes gives', () => {
  expect(readFileSync(join(root, 'docs/errors.md'), 'utf8'), 'run `npm run docs:errors`').toBe(errorsPage())
})

test('each code that the library uses has a row, and each row is used', () => {
  const sources = globSync('src/**/*.ts', { cwd: root, exclude: ['src/errors/error-codes.ts'] })
  const text = sources.map(file => readFileSync(join(root, file), 'utf8')).join('\n')
  const made = [...text.matchAll(/new RuntimeError\(\s*'([A-Z_]+)'/g)].map(([, code]) => code as string)
  expect(made.length).toBeGreaterThan(40)
  expect(made.filter(code => !(code in ERROR_CODES))).toEqual([])
  expect(Object.keys(ERROR_CODES).filter(code => !text.includes(`'${code}'`) && !text.includes(`${code}:`))).toEqual([])
})
