import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, extname, join } from 'node:path'
import { RuntimeError } from '../../errors/runtime-error.ts'
import type { BundleOptions } from './bundle.ts'

/** What follows from the options and from where the entry lies. */
export interface BundlePlan {
  /** The output's name without extension: AWS splits handlers at the first dot, so it has none. */
  readonly name: string
  /** What the entry has to export. */
  readonly exportName: string
  /** As AWS's `Handler`. */
  readonly handler: string
  readonly format: 'esm' | 'cjs'
  readonly extension: '.mjs' | '.cjs'
  /** esbuild's target, such as `node22`. */
  readonly target: string
  /** The folder of the nearest package.json: esbuild's texts and the code's comments name files relative to it. */
  readonly root: string
}

/** @throws RuntimeError `BUNDLE_FAILED` if there is no entry, or the handler can't be an export's name. */
export function planBundle(options: BundleOptions): BundlePlan {
  const { entry, handler = 'handler', runtime } = options
  if (!existsSync(entry))
    throw new RuntimeError('BUNDLE_FAILED', `There is no entry file ${entry}. Correct entry.`, { data: { entry } })
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

/** As Node decides for the entry itself. */
function formatOf(entry: string, pkg: string | undefined): 'esm' | 'cjs' {
  if (/\.m[jt]s$/.test(entry)) return 'esm'
  if (/\.c[jt]s$/.test(entry) || !pkg) return 'cjs'
  try {
    return (JSON.parse(readFileSync(pkg, 'utf8')) as { type?: string }).type === 'module' ? 'esm' : 'cjs'
  } catch {
    // esbuild reports a package.json that is broken, and says where.
    return 'cjs'
  }
}

function nearestPackage(folder: string): string | undefined {
  const file = join(folder, 'package.json')
  if (existsSync(file)) return file
  return dirname(folder) === folder ? undefined : nearestPackage(dirname(folder))
}
