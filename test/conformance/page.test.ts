import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { THEMES } from './cases/index.ts'
import { LANGUAGES } from './languages.ts'
import { keptRuns, renderPage } from './page.ts'

const page = readFileSync(new URL('../../docs/conformance.md', import.meta.url), 'utf8')

test('docs/conformance.md is what the kept runs make: else run `npm run docs:conformance`', () => {
  expect(renderPage(keptRuns())).toBe(page)
})

test('every case is on the page, and none failed', () => {
  for (const { absent, answers } of keptRuns()) {
    if (absent !== undefined) continue
    const run = new Set(answers.map(({ language }) => language))
    const cases = THEMES.flatMap(({ name: theme, cases }) =>
      cases.flatMap(each =>
        (each.in ?? LANGUAGES).filter(language => run.has(language)).map(language => `${theme}: ${each.name} (${language})`),
      ),
    )
    expect(answers.map(({ theme, name, language }) => `${theme}: ${name} (${language})`).sort()).toEqual(cases.sort())
    expect(answers.filter(({ outcome }) => outcome === 'failed')).toEqual([])
  }
})

test('names of cases are unique in their theme', () => {
  for (const { cases } of THEMES) expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length)
})
