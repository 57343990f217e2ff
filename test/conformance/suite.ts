import { afterAll, describe, expect, test } from 'vitest'
import { type BackendUnderTest, openBackend } from './backends.ts'
import type { ConformanceCase, Theme } from './case.ts'
import { THEMES } from './cases/index.ts'
import { type AnyFunction, Lab } from './lab.ts'
import { LANGUAGES, type Language } from './languages.ts'
import { keepRun, type RecordedAnswer } from './record.ts'

/**
 * Every case, on one backend. Nothing in a case knows which: what a backend can't by its nature it says itself, and such a case
 * must fail, so that the table can't claim an inability that isn't there.
 */
export async function describeConformance(name: string): Promise<void> {
  const opened = await openBackend(name)
  if ('absent' in opened) {
    const { absent } = opened
    test(`${name} is absent: ${absent}`, () => {
      process.stderr.write(`conformance: ${name} was not run: ${absent}\n`)
      keepRun({ backend: name, absent, answers: [] })
      expect(absent).not.toBe('')
    })
    return
  }
  const answers: RecordedAnswer[] = []
  const shared = new Map<Language, Promise<AnyFunction>>()
  describe(`conformance of ${opened.name}`, () => {
    describe.concurrent('beside each other', () => {
      for (const theme of THEMES.filter(({ alone }) => !alone)) describeTheme(theme)
    })
    describe('alone', () => {
      for (const theme of THEMES.filter(({ alone }) => alone)) describeTheme(theme)
    })
    afterAll(async () => {
      await Promise.all([...shared.values()].map(async fn => (await fn).terminate()))
      keepRun({ backend: opened.name, answers: inOrder(answers) })
    })
  })

  function describeTheme({ name: theme, cases }: Theme): void {
    describe(theme, () => {
      const languages = (opened as BackendUnderTest).languages ?? LANGUAGES
      for (const each of cases) {
        for (const language of each.in ?? LANGUAGES) if (languages.includes(language)) testCase(theme, each, language)
      }
    })
  }

  function testCase(theme: string, each: ConformanceCase, language: Language): void {
    test(`${each.name} (${language}) [${each.contract}]`, { timeout: 120_000 }, async () => {
      const lab = new Lab(opened as BackendUnderTest, language, shared)
      const recorded = { theme, name: each.name, contract: each.contract, language }
      try {
        answers.push({ ...recorded, ...(await runCase(opened as BackendUnderTest, theme, each, lab)) })
      } catch (error) {
        answers.push({ ...recorded, outcome: 'failed' })
        throw error
      } finally {
        await lab.end()
      }
    })
  }
}

async function runCase(
  backend: BackendUnderTest,
  theme: string,
  each: ConformanceCase,
  lab: Lab,
): Promise<Pick<RecordedAnswer, 'outcome' | 'answer'>> {
  const id = `${theme}: ${each.name}`
  const reason =
    (each.needs && backend.cannot[each.needs]) ?? backend.exceptions[`${id} (${lab.language})`] ?? backend.exceptions[id]
  if (reason === undefined) {
    const answer = await each.run(lab)
    return { outcome: 'as AWS', ...(answer ? { answer } : {}) }
  }
  const passed = await each.run(lab).then(
    () => true,
    () => false,
  )
  if (passed) throw new Error(`${backend.name} is said to be unable ("${reason}"), but it passes this case: correct backends.ts`)
  return { outcome: 'can’t', answer: reason }
}

/** The cases beside each other end in any order. */
function inOrder(answers: readonly RecordedAnswer[]): RecordedAnswer[] {
  const order = THEMES.flatMap(({ name, cases }) => cases.map(each => `${name}: ${each.name}`))
  const place = ({ theme, name, language }: RecordedAnswer): number =>
    order.indexOf(`${theme}: ${name}`) * LANGUAGES.length + LANGUAGES.indexOf(language as Language)
  return answers.toSorted((one, other) => place(one) - place(other))
}
