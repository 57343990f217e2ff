import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { withOptions } from '../../scripts/readme-options.ts'
import { OPTIONS } from '../../src/fixtures/options/table.ts'

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')

test('the README has the rows of the table of options: npm run docs:options writes them', () => {
  expect(readme).toBe(withOptions(readme))
})

test('each option has one row', () => {
  const rows = [...readme.matchAll(/<!-- options: .*?<!-- end of options -->/gs)].join('').matchAll(/^\| `(\w+)`/gm)
  expect([...rows].map(([, name]) => name).sort()).toEqual(Object.keys(OPTIONS).sort())
})
