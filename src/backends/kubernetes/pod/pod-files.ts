import type { CodeZip, LayerZip, PackageEntry } from '../../../model/code-package.ts'
import type { TunnelFile } from '../../init/send-files.ts'

/** Where the init writes the files that the function sees, read-only, in `/var/task` and `/opt`. */
export const WRITABLE: { readonly task: string; readonly opt: string } = { task: '/lf-task', opt: '/lf-opt' }

/** The files of code and layers, for the tunnel. A file of a later layer comes later, so it replaces one of an earlier layer. */
export function podFiles(code: CodeZip, layers: readonly LayerZip[]): readonly TunnelFile[] {
  return [...tunnelFiles(WRITABLE.task, code.entries), ...layers.flatMap(({ entries }) => tunnelFiles(WRITABLE.opt, entries))]
}

function tunnelFiles(root: string, entries: readonly PackageEntry[]): TunnelFile[] {
  const folders: TunnelFile[] = []
  const files: TunnelFile[] = []
  for (const { name, type, mode, data } of entries) {
    const path = `${root}/${name}`
    if (type === 'directory') folders.push({ kind: 'folder', path, mode })
    else if (type === 'symlink') files.push({ kind: 'link', path, target: Buffer.from(data).toString() })
    else files.push({ kind: 'file', path, mode, data })
  }
  // Folders come last, because their modes may forbid to write files into them, and the deepest folders come first.
  return [...files, ...folders.sort((a, b) => b.path.length - a.path.length)]
}
