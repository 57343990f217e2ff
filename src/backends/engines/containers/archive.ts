import { posix } from 'node:path'
import { type Pack, pack } from 'tar-stream'
import type { CodeZip, LayerZip, PackageEntry } from '../../../model/code-package.ts'
import { readInit } from '../../init/init-file.ts'
import { INIT_PATH, START_PATH } from '../../init/init-settings.ts'

export interface ArchiveContents {
  readonly code: CodeZip | undefined
  readonly layers: readonly LayerZip[]
  /** The image's. */
  readonly architecture: string
  /** The command that the init finds and runs at once. */
  readonly start: Buffer | undefined
}

/**
 * Reads what a container needs: the init, the code in `/var/task`, the layers in `/opt`, and a `/tmp` that everybody can write to.
 * Returns a function that packs it for a folder. Root owns all of it; modes are kept.
 */
export async function readArchive({ code, layers, architecture, start }: ArchiveContents): Promise<(root: string) => Pack> {
  const init = await readInit(architecture)
  return root => {
    const tar = pack()
    tar.entry({ name: posix.relative(root, INIT_PATH), mode: 0o555 }, init)
    if (start !== undefined) tar.entry({ name: posix.relative(root, START_PATH), mode: 0o444 }, start)
    if (root === '/') {
      tar.entry({ name: 'tmp/', type: 'directory', mode: 0o1777 })
      if (code !== undefined) add(tar, 'var/task', code.entries)
      // Engines unpack in order, so a later layer's file replaces an earlier one's.
      for (const { entries } of layers) add(tar, 'opt', entries)
    }
    tar.finalize()
    return tar
  }
}

function add(tar: Pack, root: string, entries: readonly PackageEntry[]): void {
  tar.entry({ name: `${root}/`, type: 'directory', mode: 0o755 })
  for (const { name, type, mode, data } of entries) {
    const path = `${root}/${name}`
    if (type === 'directory') tar.entry({ name: `${path}/`, type, mode })
    else if (type === 'symlink') tar.entry({ name: path, type, mode: 0o777, linkname: Buffer.from(data).toString() })
    else tar.entry({ name: path, mode }, Buffer.from(data.buffer, data.byteOffset, data.byteLength))
  }
}
