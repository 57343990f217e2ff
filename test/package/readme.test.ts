import { cp, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, inject, test } from 'vitest'
import { run } from './consumer.ts'

const root = join(import.meta.dirname, '../..')
const readme = await readFile(join(root, 'README.md'), 'utf8')
const blocks = [...readme.matchAll(/^<!-- (.*) -->\n```\w*\n([\s\S]*?)```/gm)].map(([, source = '', code = '']) => ({
  source,
  code,
}))
const snippets = blocks.filter(({ source }) => source.endsWith('.ts'))

test('every block of TypeScript says which file it is from', () => {
  expect(snippets.length).toBeGreaterThan(0)
  expect(readme.match(/^```ts$/gm)).toHaveLength(snippets.length)
})

test.for(snippets)('a snippet is what $source has', async ({ source, code }) => {
  expect(unindented(await readFile(join(root, source), 'utf8'))).toContain(unindented(code))
})

test('the failure is what a run prints', async () => {
  const consumer = inject('fullConsumer')
  await cp(join(root, 'examples/vitest/src/orders.ts'), join(consumer, 'src/orders.ts'))
  const { output } = await run(consumer, 'vitest', 'run', '--root', 'failure')
  const shown = blocks.find(({ source }) => source.startsWith('a run of'))?.code ?? ''
  expect(withoutFigures(output)).toContain(withoutFigures(shown))
})

/** Snippets stand further left than in their files. */
function unindented(text: string): string {
  return text.replace(/^ +/gm, '')
}

function withoutFigures(text: string): string {
  return text
    .replace(/\b[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}\b/g, 'ID')
    .replace(/\b[\da-f]{12}\b/g, 'id')
    .replace(/\b[\d.]+ (ms|MB)/g, 'n $1')
}
