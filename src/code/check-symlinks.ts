import type { PackageEntry } from '../model/code-package.ts'
import { yieldToOthers } from '../platform/yield-to-others.ts'
import { MAX_HOPS, MAX_PATH } from './limits.ts'
import { PackageFault } from './package-fault.ts'

/** Where AWS unpacks code, and where it unpacks layers. */
export type PackageRoot = '/var/task' | '/opt'

/** The folders on AWS that have a function's own files. */
const OWN_FOLDERS = ['/var/task', '/opt', '/tmp']

/** A symlink, or a folder above one. */
interface Place {
  readonly parent: Place | undefined
  readonly children: Map<string, Place>
  isOwn: boolean
  link?: Link
}

interface Link {
  readonly name: string
  readonly target: string
  /** Where it leads, once it was followed. */
  end?: End
}

interface End {
  readonly place: Place
  /** How many levels below `place`: there are no symlinks there. */
  readonly depth: number
  /** How many symlinks were followed. */
  readonly hops: number
}

/**
 * Refuses symlinks that lead out of a function's folders. Each is followed as Linux would follow it on AWS, through the package's
 * other symlinks. Names are compared without case, because on macOS and Windows `Lib` and `lib` are the same.
 * @throws PackageFault
 */
export async function checkSymlinks(entries: readonly PackageEntry[], root: PackageRoot): Promise<void> {
  const links = entries.filter(({ type }) => type === 'symlink')
  if (links.length === 0) return
  refuseTwins(entries)
  const top: Place = { parent: undefined, children: new Map(), isOwn: false }
  for (const folder of OWN_FOLDERS) placeAt(top, folder).isOwn = true
  const places = links.map(entry => {
    const place = placeAt(placeAt(top, root), entry.name)
    return Object.assign(place, { link: { name: entry.name, target: targetOf(entry) } })
  })
  const turn = yieldToOthers()
  for (const place of places) {
    follow(place, place.link, top)
    await turn(place.link.target.length)
  }
}

function placeAt(start: Place, path: string): Place {
  let place = start
  for (const part of path.split('/').filter(part => part !== '')) {
    const child = place.children.get(fold(part)) ?? { parent: place, children: new Map(), isOwn: place.isOwn }
    place.children.set(fold(part), child)
    place = child
  }
  return place
}

/** @param way the symlinks that led to this one, and this one */
function follow(from: Place, link: Link, top: Place, way: readonly Link[] = [link]): End {
  if (link.end !== undefined) return link.end
  let place = link.target.startsWith('/') ? top : (from.parent ?? top)
  let depth = 0
  let hops = 1
  for (const part of link.target.split('/')) {
    if (part === '' || part === '.') continue
    const child = depth > 0 || part === '..' ? undefined : place.children.get(fold(part))
    if (part === '..' && depth === 0) place = place.parent ?? top
    else if (part === '..') depth--
    else if (child === undefined) depth++
    else if (child.link === undefined) place = child
    else {
      const next = way.length < MAX_HOPS ? follow(child, child.link, top, [...way, child.link]) : undefined
      hops += next?.hops ?? 1
      if (next === undefined || hops > MAX_HOPS) refuse(way[0]!, `leads through more than ${MAX_HOPS} symlinks, or to itself`)
      ;({ place, depth } = next)
    }
  }
  if (!place.isOwn)
    refuse(link, `leads out of the function's folders, to ${JSON.stringify(link.target)}: put a copy of its target in its place`)
  link.end = { place, depth, hops }
  return link.end
}

/** On a file system that ignores case, a symlink could take the place of a file or folder that was checked, or the other way round. */
function refuseTwins(entries: readonly PackageEntry[]): void {
  const seen = new Map<string, PackageEntry>()
  for (const entry of entries) {
    const twin = seen.get(fold(entry.name))
    if (twin !== undefined && (entry.type === 'symlink' || twin.type === 'symlink'))
      throw new PackageFault(
        `has the same name, except for case, as ${JSON.stringify(twin.name)}, and one of them is a symlink`,
        {
          entry: entry.name,
        },
      )
    seen.set(fold(entry.name), entry)
  }
}

function targetOf({ name, data }: PackageEntry): string {
  const target = Buffer.from(data).toString('utf8')
  if (target === '') refuse({ name }, 'has no target')
  if (data.length > MAX_PATH) refuse({ name }, `has a target of more than ${MAX_PATH} bytes`)
  if (target.includes('\0') || target.includes('\\')) refuse({ name }, 'has a target with a NUL or a backslash')
  if (/^[A-Za-z]:/.test(target)) refuse({ name }, 'has a target with a drive letter')
  return target
}

function refuse({ name }: Pick<Link, 'name'>, reason: string): never {
  throw new PackageFault(`is a symlink that ${reason}`, { entry: name })
}

const fold = (name: string): string => name.normalize('NFC').toLowerCase()
