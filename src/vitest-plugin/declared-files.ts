import { readdirSync, statSync } from 'node:fs'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The files that the `lambda({ … })` calls of a module name. */
export interface DeclaredFiles {
  /** TypeScript and JavaScript files that are bundled. */
  readonly entries: readonly string[]
  /** Files that are used as they are: .zip files, and the files of code folders. */
  readonly others: readonly string[]
}

/** A node of an ESTree. */
interface Node {
  readonly type: string
  readonly [key: string]: unknown
}

/** Limits the time for a folder that has everything in it. */
const MOST_FILES = 2_000

/** Finds the files of `entry`, `setup` and `code`, where they are written as strings or as `new URL('…', import.meta.url)` and exist. */
export function declaredFiles(program: unknown, file: string): DeclaredFiles {
  const entries = new Set<string>()
  const others = new Set<string>()
  visit(program, node => {
    const name = node.type === 'Property' ? keyOf(node) : undefined
    if (name === 'entry' || name === 'setup') for (const path of pathsOf(node.value, file)) if (isFile(path)) entries.add(path)
    if (name === 'code') for (const path of pathsOf(node.value, file)) for (const inner of filesOf(path)) others.add(inner)
  })
  return { entries: [...entries], others: [...others] }
}

function visit(value: unknown, see: (node: Node) => void): void {
  if (typeof value !== 'object' || value === null) return
  if (!Array.isArray(value) && typeof (value as Node).type === 'string') see(value as Node)
  for (const inner of Object.values(value)) visit(inner, see)
}

function keyOf({ key, computed }: Node): string | undefined {
  const { type, name, value } = key as Node
  if (computed === true) return undefined
  return type === 'Identifier' ? (name as string) : typeof value === 'string' ? value : undefined
}

function pathsOf(value: unknown, file: string): string[] {
  const node = value as Node
  if (node.type === 'ArrayExpression')
    return (node.elements as (Node | null)[]).flatMap(each => (each ? pathsOf(each, file) : []))
  if (node.type === 'NewExpression') return urlOf(node, file)
  const text = textOf(node)
  if (text === undefined) return []
  return [isAbsolute(text) ? text : resolve(dirname(file), text)]
}

/** `new URL('…', import.meta.url)`. Other plugins may have rewritten the second argument, so it is not read. */
function urlOf({ callee, arguments: args }: Node, file: string): string[] {
  const [first] = args as Node[]
  const text = first && textOf(first)
  if ((callee as Node).name !== 'URL' || text === undefined) return []
  if (text.startsWith('file:')) return [fileURLToPath(text)]
  return /^[a-z]+:/i.test(text) ? [] : [resolve(dirname(file), decodeURIComponent(text))]
}

function textOf({ type, value, quasis, expressions }: Node): string | undefined {
  if (type === 'Literal' && typeof value === 'string') return value
  if (type !== 'TemplateLiteral' || (expressions as unknown[]).length > 0) return undefined
  return (quasis as { value: { cooked: string } }[])[0]?.value.cooked
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true
}

function filesOf(path: string): string[] {
  if (isFile(path)) return [path]
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return []
  const files: string[] = []
  const folders = [path]
  for (let folder = folders.pop(); folder !== undefined && files.length < MOST_FILES; folder = folders.pop()) {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.isFile()) files.push(join(folder, entry.name))
      else if (entry.isDirectory() && entry.name !== 'node_modules' && entry.name !== '.git')
        folders.push(join(folder, entry.name))
    }
  }
  return files
}
