// Writes the README's rows of options from the table of options.
import { readFileSync, writeFileSync } from 'node:fs'
import type { Option } from '../src/fixtures/options/option.ts'
import { ENTRY_ONLY, ENTRY_OR_CODE, FIXED, IMAGE_ONLY, ONE_FUNCTION, SOURCES, UPDATABLE } from '../src/fixtures/options/table.ts'

type Part = Readonly<Record<string, Option<unknown>>>

const TABLES: Readonly<Record<string, readonly Part[]>> = {
  code: [SOURCES, ENTRY_OR_CODE, ENTRY_ONLY, IMAGE_ONLY],
  function: [ONE_FUNCTION, UPDATABLE, FIXED],
}

/** The README with the rows of each table made anew, between `<!-- options: NAME … -->` and `<!-- end of options -->`. */
export function withOptions(readme: string): string {
  return readme.replace(/(<!-- options: (\w+) [^\n]*\n).*?(<!-- end of options -->)/gs, (_, start, name, end) => {
    const options = Object.entries(Object.assign({}, ...(TABLES[name] ?? [])) as Part)
    const rows = options.map(([name, option]) => `| \`${name}\` | ${defaultOf(option)} | ${textOf(option)} |\n`)
    return `${start}| option | default | meaning |\n| --- | --- | --- |\n${rows.join('')}${end}`
  })
}

function defaultOf({ default: value, readmeDefault }: Option<unknown>): string {
  if (readmeDefault !== undefined) return readmeDefault
  if (typeof value === 'number') return value.toLocaleString('en-US')
  return typeof value === 'string' || typeof value === 'boolean' ? `\`${value}\`` : ''
}

const textOf = ({ readme, lazy }: Option<unknown>): string => (lazy ? `${readme} May be a function.` : readme)

if (import.meta.main) {
  const page = new URL('../README.md', import.meta.url)
  writeFileSync(page, withOptions(readFileSync(page, 'utf8')))
}
