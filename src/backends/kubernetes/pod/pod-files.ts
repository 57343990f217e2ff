import { zipEntries } from '../../../code/zip/zip-entries.ts'
import type { ZipEntry } from '../../../code/zip/zip-entry.ts'
import type { CodeZip, LayerZip } from '../../../model/code-package.ts'
import type { TunnelFile } from '../../init/send-files.ts'

/** Where the init writes what the function sees, read-only, in `/var/task` and `/opt`. */
export const WRITABLE: { readonly task: string; readonly opt: string } = { task: '/lf-task', opt: '/lf-opt' }

export interface PodContents {
  readonly files: readonly TunnelFile[]
  /** The path of an executable `bootstrap`, as the function sees it. */
  readonly bootstrap: string | undefined
}

/** Code and layers as what the tunnel carries; a later layer's file replaces an earlier one's, as it comes later. */
export async function podContents(code: CodeZip | undefined, layers: readonly LayerZip[]): Promise<PodContents> {
  const [task, ...opt] = await Promise.all([
    code === undefined ? [] : zipEntries(code),
    ...layers.map((layer, index) => zipEntries(layer, `layers[${index}]`)),
  ])
  const files = [...tunnelFiles(WRITABLE.task, task), ...opt.flatMap(entries => tunnelFiles(WRITABLE.opt, entries))]
  const inLayer = (opt as (readonly ZipEntry[])[]).some(hasBootstrap)
  return { files, bootstrap: hasBootstrap(task) ? '/var/task/bootstrap' : inLayer ? '/opt/bootstrap' : undefined }
}

function hasBootstrap(entries: readonly ZipEntry[]): boolean {
  return entries.some(({ name, type, mode }) => name === 'bootstrap' && (type === 'symlink' || (mode & 0o111) !== 0))
}

function tunnelFiles(root: string, entries: readonly ZipEntry[]): TunnelFile[] {
  const folders: TunnelFile[] = []
  const files: TunnelFile[] = []
  for (const { name, type, mode, data } of entries) {
    const path = `${root}/${name}`
    if (type === 'directory') folders.push({ kind: 'folder', path, mode })
    else if (type === 'symlink') files.push({ kind: 'link', path, target: Buffer.from(data).toString() })
    else files.push({ kind: 'file', path, mode, data })
  }
  // Last, the deepest first: a folder that may not be written to could not take its files.
  return [...files, ...folders.sort((a, b) => b.path.length - a.path.length)]
}
