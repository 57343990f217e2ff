import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

let root: string | undefined

/** This package's folder, the same whether its sources or its built files run. */
export function packageRoot(): string {
  root ??= find(dirname(fileURLToPath(import.meta.url)))
  return root
}

function find(folder: string): string {
  return existsSync(join(folder, 'package.json')) ? folder : find(dirname(folder))
}
