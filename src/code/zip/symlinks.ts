import type { ZipEntry } from './zip-entry.ts'
import { ZipFault } from './zip-fault.ts'

// Linux gives up after as many; here it also ends loops.
const MAX_HOPS = 40

/**
 * Refuses symlinks that lead out of the root, be it by way of other symlinks: each is walked as the kernel would, over the
 * entries. Names are compared folded, because on macOS and Windows `Lib` and `lib` are one.
 * @throws ZipFault
 */
export function checkSymlinks(entries: readonly ZipEntry[]): void {
  const links = entries.filter(entry => entry.type === 'symlink')
  if (links.length === 0) return
  const targets = new Map<string, string>()
  const names = new Map<string, string>()
  for (const { name } of entries) {
    const twin = names.get(fold(name))
    if (twin !== undefined && links.some(link => link.name === name || link.name === twin)) {
      throw new ZipFault(`is a symlink, or hides one, of the same name in another case: ${JSON.stringify(twin)}`, { entry: name })
    }
    names.set(fold(name), name)
  }
  for (const link of links) targets.set(fold(link.name), targetOf(link))
  for (const link of links) walk(link, targets)
}

function targetOf(link: ZipEntry): string {
  const target = Buffer.from(link.data).toString('utf8')
  const refuse = (reason: string): never => {
    throw new ZipFault(reason, { entry: link.name })
  }
  if (target === '') refuse('is a symlink without a target')
  if (target.includes('\0') || target.includes('\\')) refuse('is a symlink whose target has a NUL or a backslash')
  if (target.startsWith('/') || /^[A-Za-z]:/.test(target)) refuse(`is a symlink to an absolute path, ${JSON.stringify(target)}`)
  return target
}

function walk(link: ZipEntry, targets: ReadonlyMap<string, string>): void {
  const at = link.name.split('/').slice(0, -1)
  const ahead = targets.get(fold(link.name))!.split('/')
  for (let hops = 0; ahead.length > 0; ) {
    const part = ahead.shift()!
    if (part === '' || part === '.') continue
    if (part === '..') {
      if (at.pop() === undefined) {
        throw new ZipFault(
          `is a symlink that leaves the folder it is unpacked into, to ${JSON.stringify(targets.get(fold(link.name)))}`,
          { entry: link.name },
        )
      }
      continue
    }
    const target = targets.get(fold([...at, part].join('/')))
    if (target === undefined) at.push(part)
    else if (++hops > MAX_HOPS) throw new ZipFault('is a symlink that leads to itself', { entry: link.name })
    else ahead.unshift(...target.split('/'))
  }
}

const fold = (name: string): string => name.normalize('NFC').toLowerCase()
