import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/**
 * The file of a program of this library that runs in a process of its own.
 * @param base the caller's `import.meta.url`
 * @param names relative to it: `built` is the program's bundle in the package, `source` its TypeScript in the repository
 */
export function packagedProgram(
  base: string,
  names: { readonly built: string; readonly source: string },
): { file: string; isBuilt: boolean } {
  const [built, source] = [names.built, names.source].map(name => fileURLToPath(new URL(name, base))) as [string, string]
  if (existsSync(built)) return { file: built, isBuilt: true }
  if (existsSync(source)) return { file: source, isBuilt: false }
  throw new Error(`A program of lambda-fixtures is missing: neither ${built} nor ${source} exists`)
}
