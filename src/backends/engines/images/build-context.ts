import { createHash } from 'node:crypto'
import { createReadStream, type Stats } from 'node:fs'
import { lstat, readdir, readFile, readlink } from 'node:fs/promises'
import { dirname, join, normalize, relative } from 'node:path'
import { Readable } from 'node:stream'
import { finished, pipeline } from 'node:stream/promises'
import { type Pack, pack } from 'tar-stream'
import type { ImageBuild } from '../../../model/lambda-function.ts'

type Context = Pick<ImageBuild, 'context' | 'dockerfile'>

export interface PackedContext {
  readonly tar: Readable
  /** Resolves once everything is in the tar, whether or not the engine reads it to its end. */
  readonly digest: Promise<string>
}

/** Packs a build context for an engine, and computes the digest of exactly the bytes that are sent. */
export function packContext(context: Context): PackedContext {
  const packed = pack()
  const tar = Readable.from(packed)
  const digest = readContext(context, packed)
  digest.then(
    () => packed.finalize(),
    (error: Error) => packed.destroy(error),
  )
  return { tar, digest }
}

/** The SHA-256 of the names, modes and contents of a build context. Builders ignore times and owners, and so does the digest. */
export function digestContext(context: Context): Promise<string> {
  return readContext(context)
}

async function readContext({ context, dockerfile }: Context, tar?: Pack): Promise<string> {
  const digest = createHash('sha256')
  for (const name of await includedPaths(context, dockerfile)) {
    const path = join(context, name)
    const stats = await lstat(path)
    // A tar can't hold a socket, and `docker build` leaves it out, too.
    if (stats.isSocket()) continue
    const mode = stats.mode & 0o7777
    if (stats.isFile()) {
      const content = await hashFile(path, tar?.entry({ name, mode, size: stats.size }))
      digest.update(JSON.stringify([name, 'file', mode, content]))
    } else {
      const type = typeOf(stats, name)
      const linkname = type === 'symlink' ? await readlink(path) : ''
      tar?.entry({ name, type, mode, linkname })
      digest.update(JSON.stringify([name, type, mode, linkname]))
    }
  }
  return digest.digest('hex')
}

function typeOf(stats: Stats, name: string): 'directory' | 'symlink' {
  if (stats.isDirectory()) return 'directory'
  if (stats.isSymbolicLink()) return 'symlink'
  throw new Error(`${name} is neither a file, a folder nor a symbolic link`)
}

async function hashFile(path: string, entry: NodeJS.WritableStream | undefined): Promise<string> {
  const hash = createHash('sha256')
  const content = createReadStream(path).on('data', chunk => hash.update(chunk))
  await (entry === undefined ? finished(content) : pipeline(content, entry))
  return hash.digest('hex')
}

/** Relative paths in a fixed order, folders before their contents. @see https://docs.docker.com/build/concepts/context/#dockerignore-files */
async function includedPaths(context: string, dockerfile: string): Promise<readonly string[]> {
  const entries = await readdir(context, { recursive: true, withFileTypes: true })
  const all = entries.map(entry => relative(context, join(entry.parentPath, entry.name))).sort()
  const patterns = await readFile(join(context, '.dockerignore'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (patterns === undefined) return all
  const { default: dockerignore } = (await import('@balena/dockerignore')).default
  const included = new Set<string>()
  for (const kept of [...dockerignore({ ignorecase: false }).add(patterns).filter(all), normalize(dockerfile)]) {
    // A folder that is ignored may hold a file that is not.
    for (let path = kept; path !== '.'; path = dirname(path)) included.add(path)
  }
  return all.filter(path => included.has(path))
}
