import { hash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/**
 * Everything that a bundle depends on, as absolute paths after `file:` or `list:`: its inputs; each package.json and tsconfig.json
 * that esbuild looks for, whether it exists or not; and the names in the folders of the sources and in the `node_modules` above them,
 * because an import could resolve to a new file.
 */
export function dependenciesOf(inputs: readonly string[], tsconfig: string | undefined): string[] {
  const dependencies = new Set(inputs.map(path => `file:${path}`))
  const folders = new Set<string>()
  for (const input of inputs) {
    for (let folder = dirname(input); !folders.has(folder); folder = dirname(folder)) folders.add(folder)
    if (!isDependency(input)) dependencies.add(`list:${dirname(input)}`)
  }
  for (const folder of folders) {
    dependencies.add(`file:${join(folder, 'package.json')}`)
    if (isDependency(`${folder}/`)) continue
    dependencies.add(`list:${join(folder, 'node_modules')}`)
    for (const file of tsconfig === undefined ? extended(join(folder, 'tsconfig.json')) : []) dependencies.add(`file:${file}`)
  }
  for (const file of tsconfig === undefined ? [] : extended(tsconfig)) dependencies.add(`file:${file}`)
  return [...dependencies].sort()
}

/** SHA-256 over the present contents of all dependencies. */
export function fingerprint(dependencies: readonly string[]): string {
  return hash('sha256', dependencies.map(dependency => `${dependency}\0${stateOf(dependency)}`).join('\n'), 'hex')
}

function stateOf(dependency: string): string {
  const path = dependency.slice(5)
  try {
    if (dependency.startsWith('file:')) return hash('sha256', readFileSync(path), 'hex')
    return readdirSync(path)
      .filter(name => !name.startsWith('.'))
      .sort()
      .join('/')
  } catch {
    return 'absent'
  }
}

/** A tsconfig and those that it extends. esbuild reports what can't be resolved. */
function extended(file: string, seen: Set<string> = new Set()): Set<string> {
  if (seen.has(file)) return seen
  seen.add(file)
  if (!existsSync(file)) return seen
  const bases = /"extends"\s*:\s*(\[[^\]]*\]|"[^"]*")/.exec(readFileSync(file, 'utf8'))?.[1] ?? ''
  for (const [, base] of bases.matchAll(/"([^"]+)"/g)) {
    const found = base === undefined ? undefined : resolveBase(base, file)
    if (found !== undefined) extended(found, seen)
  }
  return seen
}

function resolveBase(base: string, from: string): string | undefined {
  for (const id of [base, `${base}.json`, `${base}/tsconfig.json`]) {
    try {
      const found = createRequire(from).resolve(id)
      if (found.endsWith('.json')) return found
    } catch {}
  }
  return undefined
}

const isDependency = (path: string): boolean => /[\\/]node_modules[\\/]/.test(path)
