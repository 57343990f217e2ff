import { join } from 'node:path'
import { expect, test } from 'vitest'
import { OPTIONS_OF } from '../../src/fixtures/options/table.ts'

// The last TypeScript with an API in JavaScript.
const { default: typescript } = await import('typescript-5.9')

const file = join(import.meta.dirname, '../../src/fixtures/options/lambda-options.ts')
const program = typescript.createProgram([file], {
  module: typescript.ModuleKind.NodeNext,
  allowImportingTsExtensions: true,
  strict: true,
  noEmit: true,
  types: [],
})
const checker = program.getTypeChecker()
const source = program.getSourceFile(file)!
const types = new Map(checker.getExportsOfModule(checker.getSymbolAtLocation(source)!).map(symbol => [symbol.name, symbol]))

/** What an editor shows for each option that a type takes. */
function docstringsOf(name: string): [string, string][] {
  const properties = checker.getDeclaredTypeOfSymbol(types.get(name)!).getProperties()
  const taken = properties.filter(property => {
    const type = checker.getTypeOfSymbolAtLocation(property, source)
    return checker.getNonNullableType(type).flags !== typescript.TypeFlags.Never
  })
  return taken.map(property => [
    property.name,
    typescript.displayPartsToString(property.getDocumentationComment(checker)).split('\n')[0]!,
  ])
}

test.for([
  ['EntryFunction', 'entry', []],
  ['ZipFunction', 'code', []],
  ['ImageFunction', 'image', ['image']],
  ['BuiltImageFunction', 'image', ['imageUri']],
  ['Updatable', 'update', []],
  ['Defaults', 'defaults', []],
] as const)('%s has a docstring for each option', ([type, kind, others]) => {
  const docstrings = docstringsOf(type)
  const taken = Object.keys(OPTIONS_OF[kind]).filter(name => !others.some(other => other === name))
  expect(docstrings.map(([name]) => name).sort()).toEqual(taken.sort())
  expect(docstrings.filter(([, text]) => text === '')).toEqual([])
})

test('editors show what the table says', () => {
  expect(Object.fromEntries(docstringsOf('Updatable'))).toMatchInlineSnapshot(`
    {
      "concurrency": "Instances at once, 0–1000; further events wait. Default 10. With 0 every invocation is throttled, as with AWS's reserved",
      "environment": "The function's own variables, 4 KB in all. Reserved names are refused as AWS does; \`undefined\` is left out.",
      "ephemeralStorage": "MB of \`/tmp\`, 512–10240. Default 512.",
      "loggingConfig": "Levels require \`logFormat: 'JSON'\`, and are \`INFO\` by default. Default: \`{ logFormat: 'Text' }\`.",
      "memorySize": "MB, 128–10240. Default 128.",
      "timeout": "Seconds, whole, 1–900. Default 3.",
    }
  `)
  expect(Object.fromEntries(docstringsOf('EntryFunction')).entry).toMatchInlineSnapshot(
    `"A TypeScript or JavaScript file: a URL, an absolute path, or a path relative to the calling file (as in \`vi.mock\`)."`,
  )
})
