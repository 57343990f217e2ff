import { globSync, readFileSync } from 'node:fs'
import { join, normalize } from 'node:path'
import { expect, test } from 'vitest'

// The last TypeScript with an API in JavaScript.
const { default: typescript } = await import('typescript-5.9')

const root = join(import.meta.dirname, '../..')
/** A room imports from itself and from the rooms after it: docs/architecture.md. */
const ROOMS = 'entries fixtures matchers invocations endpoint backends code reaper emulator events model platform errors'.split(
  ' ',
)
/** Rooms that are entries of their own: nothing but entries imports them. */
const ENTRIES = ['cli', 'vitest-plugin']

const files = globSync('src/**/*.ts', { cwd: root })
const imports = new Map(
  files.map(file => {
    const { importedFiles } = typescript.preProcessFile(readFileSync(join(root, file), 'utf8'), true, true)
    const own = importedFiles.map(({ fileName }) => fileName).filter(name => name.startsWith('.') && name.endsWith('.ts'))
    return [file, own.map(name => normalize(join(file, '..', name)))] as const
  }),
)

function roomOf(file: string): string {
  const [, room = '', ...rest] = file.split('/')
  return rest.length === 0 || ENTRIES.includes(room) ? 'entries' : room
}

/** Each cycle, told by the file at which a walk along the imports comes back to where it is. */
function cycles(): string[] {
  const found: string[] = []
  const done = new Set<string>()
  const walk = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) found.push([...path.slice(path.indexOf(file)), file].join(' -> '))
    if (done.has(file)) return
    done.add(file)
    for (const imported of imports.get(file) ?? []) walk(imported, [...path, file])
  }
  for (const file of files) walk(file, [])
  return found
}

test('imports between rooms point one way', () => {
  const back = [...imports].flatMap(([file, list]) =>
    list
      .filter(imported => ROOMS.indexOf(roomOf(imported)) < ROOMS.indexOf(roomOf(file)))
      .map(imported => `${file} -> ${imported}`),
  )
  expect(files.length).toBeGreaterThan(200)
  expect([...new Set(files.map(roomOf))].filter(room => !ROOMS.includes(room))).toEqual([])
  expect(back).toEqual([])
})

test('no file imports itself by way of others, types included', () => {
  expect(cycles()).toEqual([])
})

test('no room holds more than about fifteen files', () => {
  const counts = Map.groupBy(files, file => join(file, '..'))
  expect([...counts].filter(([, { length }]) => length > 16).map(([room]) => room)).toEqual([])
})
