import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')
const SECTION = '\\d+(?:\\.\\d+)?'
/** `contract 1.3–1.5, 2.4` of a comment, and `contract: '2.5'` of a case of the conformance suite. */
const CITATION = new RegExp(`\\bcontract(?: |: ')(${SECTION}(?:(?:[–-]|, )${SECTION})*)`, 'g')

const page = readFileSync(join(root, 'docs/contract.md'), 'utf8')
const headings = new Set([...page.matchAll(new RegExp(`^#{2,} (${SECTION}) `, 'gm'))].map(([, section]) => section))
const citations = ['src', 'runtimes', 'init/src', 'test'].flatMap(files).flatMap(citationsIn)

function files(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && !entry.parentPath.includes('node_modules'))
    .map(entry => join(entry.parentPath, entry.name))
}

function citationsIn(file: string): { place: string; cited: string }[] {
  const lines = readFileSync(file, 'utf8').split('\n')
  return lines.flatMap((line, index) =>
    [...line.matchAll(CITATION)].map(([, cited = '']) => ({ place: `${relative(root, file)}:${index + 1}`, cited })),
  )
}

/** Each section of a list, ranges expanded. A range that can't be counted, such as `1.5–2.1`, stays as it is: no heading has that. */
function sections(cited: string): string[] {
  return cited.split(', ').flatMap(part => {
    const [first = part, last = first] = part.split(/[–-]/)
    const chapter = first.slice(0, first.indexOf('.') + 1)
    const from = Number(first.slice(chapter.length))
    const to = last.startsWith(chapter) ? Number(last.slice(chapter.length)) : Number.NaN
    if (!Number.isInteger(to) || to < from) return [part]
    return Array.from({ length: to - from + 1 }, (_, index) => `${chapter}${from + index}`)
  })
}

test('ranges mean every section in them', () => {
  expect(sections('1.3–1.5, 2.4, 6-7')).toEqual(['1.3', '1.4', '1.5', '2.4', '6', '7'])
  expect(sections('1.5–2.1, 3.4–3.2, 7–7.1')).toEqual(['1.5–2.1', '3.4–3.2', '7–7.1'])
})

test('each section that is cited is on the page', () => {
  expect(citations.length).toBeGreaterThanOrEqual(50)
  const missing = citations.flatMap(({ place, cited }) =>
    sections(cited).flatMap(section => (headings.has(section) ? [] : [`${place}: ${section}`])),
  )
  expect(missing).toEqual([])
})
