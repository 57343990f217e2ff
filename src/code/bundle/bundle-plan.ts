import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, extname, join } from 'node:path'
import { RuntimeError } from '../../errors/runtime-error.ts'

export interface BundleOptions {
  /** Absolute path of a TypeScript or JavaScript file. */
  readonly entry: string
  /** Name of the export, or a path beneath it. Default `handler`; `orders.handler` is taken too if the file is `orders.ts`. */
  readonly handler?: string
  /** `nodejs22.x`: esbuild's target. */
  readonly runtime: string
  /** Absolute paths of modules that are loaded before the entry, in this order. */
  readonly setup?: readonly string[]
  readonly external?: readonly string[]
  /** Default: the format that Node would load the entry as, by its extension or the nearest package.json. */
  readonly format?: 'esm' | 'cjs'
  readonly define?: Readonly<Record<string, string>>
  readonly loader?: Readonly<Record<string, string>>
  /** esbuild's plugins. */
  readonly plugins?: readonly unknown[]
  /** Absolute path. Default: the tsconfig.json nearest to each file. */
  readonly tsconfig?: string
}

/** What follows from the options and from the entry's place. */
export interface BundlePlan {
  /** The output's name without extension. AWS splits handlers at the first dot, so the name has none. */
  readonly name: string
  /** What the entry has to export. */
  readonly exportName: string
  /** AWS's `Handler`. */
  readonly handler: string
  readonly format: 'esm' | 'cjs'
  readonly extension: '.mjs' | '.cjs'
  /** esbuild's target, such as `node22`. */
  readonly target: string
  /** The folder of the nearest package.json: esbuild's messages and the comments in the bundle name files relative to it. */
  readonly root: string
}

/** @throws RuntimeError `BUNDLE_FAILED` if the entry does not exist, or the handler can't be the name of an export */
export function planBundle(options: BundleOptions): BundlePlan {
  const { entry, handler = 'handler', runtime } = options
  if (!existsSync(entry))
    throw new RuntimeError('BUNDLE_FAILED', `The entry file ${entry} does not exist. Correct entry.`, { data: { entry } })
  const stem = basename(entry, extname(entry))
  const path = handler.startsWith(`${stem}.`) ? handler.slice(stem.length + 1) : handler
  const exportName = path.split('.', 1)[0]!
  if (!/^[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*$/u.test(exportName)) {
    const message = `handler: ${JSON.stringify(handler)} is not the name of an export of ${entry}. Write the export's name, such as "handler".`
    throw new RuntimeError('BUNDLE_FAILED', message, { data: { entry, handler } })
  }
  const name = stem.replace(/[^A-Za-z0-9_-]/g, '_')
  const pkg = nearestPackage(dirname(entry))
  const format = options.format ?? formatOf(entry, pkg)
  return {
    name,
    exportName,
    handler: `${name}.${path}`,
    format,
    extension: format === 'esm' ? '.mjs' : '.cjs',
    target: `node${/^nodejs(\d+)/.exec(runtime)?.[1] ?? process.versions.node.split('.')[0]}`,
    root: pkg ? dirname(pkg) : dirname(entry),
  }
}

/** The format that Node would load the entry as. */
function formatOf(entry: string, pkg: string | undefined): 'esm' | 'cjs' {
  if (/\.m[jt]s$/.test(entry)) return 'esm'
  if (/\.c[jt]s$/.test(entry) || !pkg) return 'cjs'
  try {
    return (JSON.parse(readFileSync(pkg, 'utf8')) as { type?: string }).type === 'module' ? 'esm' : 'cjs'
  } catch {
    // esbuild reports a package.json that can't be parsed.
    return 'cjs'
  }
}

function nearestPackage(folder: string): string | undefined {
  const file = join(folder, 'package.json')
  if (existsSync(file)) return file
  return dirname(folder) === folder ? undefined : nearestPackage(dirname(folder))
}
