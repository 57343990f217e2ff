import type { PackageEntry } from '../model/code-package.ts'
import { normaliseName } from './entry-name.ts'
import { MAX_FOLDERS, MAX_LEVELS } from './limits.ts'
import { PackageFault, quoted } from './package-fault.ts'

/**
 * Sorts entries by name, and adds the folders that only their contents' names imply, so that each folder comes before its contents.
 * @throws PackageFault if two entries can't exist together, a name is not safe, or there are no files
 */
export function arrangeEntries(entries: readonly PackageEntry[]): PackageEntry[] {
  const arranged: PackageEntry[] = []
  /** The last arranged entry and the folders that it is in. */
  const open: PackageEntry[] = []
  let folders = 0
  let levels = 0
  const add = (entry: PackageEntry): void => {
    if (entry.type === 'directory') {
      folders++
      levels += open.length
    }
    if (folders > MAX_FOLDERS) throw new PackageFault(`has more than ${MAX_FOLDERS} folders`)
    if (levels > MAX_LEVELS) throw new PackageFault('has too many deeply nested folders', { entry: entry.name })
    arranged.push(entry)
    open.push(entry)
  }
  for (const entry of sorted(entries)) {
    const { name, type } = entry
    const twin = open.at(-1)
    if (twin?.name === name) {
      // Some build tools list a folder twice.
      if (type === 'directory' && twin.type === type) continue
      throw new PackageFault('occurs twice', { entry: name })
    }
    while (open.length > 0 && !isBeneath(name, open.at(-1)!.name)) open.pop()
    const parent = open.at(-1)
    if (parent !== undefined && parent.type !== 'directory')
      throw new PackageFault(`is inside ${quoted(parent.name)}, which is a ${parent.type}`, { entry: name })
    for (let slash = name.indexOf('/', (parent?.name.length ?? -1) + 1); slash !== -1; slash = name.indexOf('/', slash + 1))
      add({ name: name.slice(0, slash), type: 'directory', mode: 0o755, data: new Uint8Array() })
    add(entry)
  }
  if (folders === arranged.length) throw new PackageFault('has no files', { refusal: 'Uploaded file must be a non-empty zip.' })
  return arranged
}

/** Sorts by name, with the contents of a folder directly after it. */
function sorted(entries: readonly PackageEntry[]): PackageEntry[] {
  const keyed: { readonly key: string; readonly entry: PackageEntry }[] = []
  for (const entry of entries) {
    const name = normaliseName(entry.name)
    if (name !== '') keyed.push({ key: name.replaceAll('/', '\0'), entry: { ...entry, name } })
    else if (entry.type !== 'directory') throw new PackageFault('has no name', { entry: entry.name })
  }
  return keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ entry }) => entry)
}

const isBeneath = (name: string, folder: string): boolean => name[folder.length] === '/' && name.startsWith(folder)
