import { afterAll, describe, expect, test } from 'vitest'
import { type BackendUnderTest, openBackend } from './backends.ts'
import type { ConformanceCase } from './case.ts'
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
      expect(absent).not.toBe('')
    })
    return
  }
  const answers: RecordedAnswer[] = []
  const shared = new Map<Language, Promise<AnyFunction>>()
  describe.concurrent(`conformance of ${opened.name}`, () => {
    for (const theme of THEMES) {
      describe(theme.name, () => {
        for (const each of theme.cases) {
          for (const language of (each.in ?? LANGUAGES).filter(language => opened.languages?.includes(language) ?? true)) {
            test(`${each.name} (${language}) [${each.contract}]`, async () => {
              const lab = new Lab(opened, language, shared)
              const { name, contract } = each
              const recorded = { theme: theme.name, name, contract, language }
              try {
                answers.push({ ...recorded, ...(await runCase(opened, theme.name, each, lab)) })
              } catch (error) {
                answers.push({ ...recorded, outcome: 'failed' })
                throw error
              } finally {
                await lab.end()
              }
            })
          }
        }
      })
    }
    afterAll(async () => {
      await Promise.all([...shared.values()].map(async fn => (await fn).terminate()))
      keepRun({ backend: opened.name, answers })
    })
  })
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
