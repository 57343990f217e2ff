import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/**
 * A program of this library that runs in a process of its own: in the package a bundle of its own beside the one that `base` is in,
 * in the repository the source beside it, as Node 24 reads TypeScript.
 */
export function packagedProgram(
  base: string,
  names: { readonly built: string; readonly source: string },
): { file: string; isBuilt: boolean } {
  const [built, source] = [names.built, names.source].map(name => fileURLToPath(new URL(name, base))) as [string, string]
  if (existsSync(built)) return { file: built, isBuilt: true }
  if (existsSync(source)) return { file: source, isBuilt: false }
  throw new Error(`a program of lambda-fixtures is missing: neither ${built} nor ${source} is there`)
}
