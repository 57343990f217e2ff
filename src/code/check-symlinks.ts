import { posix } from 'node:path'
import type { PackageEntry } from '../model/code-package.ts'
import { MAX_HOPS, MAX_PATH, MAX_TARGETS } from './limits.ts'
import { PackageFault, quoted } from './package-fault.ts'

/** Where AWS unpacks code, and where it unpacks layers. */
export type PackageRoot = '/var/task' | '/opt'

/** The folders on AWS that have a function's own files. */
export const OWN_FOLDERS = ['/var/task', '/opt', '/tmp'] as const

export const isIn = (folder: string, path: string): boolean => path === folder || path.startsWith(`${folder}/`)

interface Link {
  readonly name: string
  readonly path: string
  readonly target: string
  /** Where it leads, and through how many symlinks, once it was followed. */
  end?: { readonly path: string; readonly hops: number }
}

/**
 * Refuses symlinks that lead out of a function's folders. Each is followed as Linux would follow it on AWS, through the package's
 * other symlinks.
 * @throws PackageFault
 */
export function checkSymlinks(entries: readonly PackageEntry[], root: PackageRoot): void {
  const symlinks = entries.filter(({ type }) => type === 'symlink')
  const size = symlinks.reduce((sum, { data }) => sum + data.length, 0)
  if (size > MAX_TARGETS) throw new PackageFault(`has symlinks with targets of more than ${MAX_TARGETS} bytes together`)
  const links = symlinks.map((entry): Link => ({ name: entry.name, path: `${root}/${entry.name}`, target: targetOf(entry) }))
  const byPath = new Map(links.map(link => [link.path, link]))
  for (const link of links) follow(link, byPath, [link])
}

/** @param way the symlinks that led to this one, and this one */
function follow(link: Link, links: ReadonlyMap<string, Link>, way: readonly Link[]): NonNullable<Link['end']> {
  if (link.end !== undefined) return link.end
  let path = link.target.startsWith('/') ? '' : posix.dirname(link.path)
  let hops = 1
  for (const part of link.target.split('/')) {
    if (part === '' || part === '.') continue
    path = part === '..' ? path.slice(0, Math.max(0, path.lastIndexOf('/'))) : `${path}/${part}`
    if (path.length > MAX_PATH) refuse(link, `leads to a path of more than ${MAX_PATH} bytes`)
    const next = links.get(path)
    if (next === undefined) continue
    if (way.length < MAX_HOPS) {
      const end = follow(next, links, [...way, next])
      path = end.path
      hops += end.hops
    }
    if (way.length === MAX_HOPS || hops > MAX_HOPS) refuse(way[0]!, `leads through more than ${MAX_HOPS} symlinks, or to itself`)
  }
  if (!OWN_FOLDERS.some(folder => isIn(folder, path)))
    refuse(link, `leads out of the function's folders, to ${quoted(link.target)}: put a copy of its target in its place`)
  link.end = { path, hops }
  return link.end
}

function targetOf({ name, data }: PackageEntry): string {
  const target = Buffer.from(data).toString()
  if (target === '') refuse({ name }, 'has no target')
  if (data.length > MAX_PATH) refuse({ name }, `has a target of more than ${MAX_PATH} bytes`)
  if (/[\0\\]|^[A-Za-z]:/.test(target)) refuse({ name }, 'has a target with a NUL, a backslash or a drive letter')
  return target
}

function refuse({ name }: Pick<Link, 'name'>, reason: string): never {
  throw new PackageFault(`is a symlink that ${reason}`, { entry: name })
}
