import type { CodeZip } from '../../model/code-package.ts'
import { now } from '../../platform/clock.ts'
import { checkZip } from '../zip/check-zip.ts'
import { zipEntries } from '../zip/zip-entries.ts'
import { buildBundle } from './build-bundle.ts'
import { type BundleCache, openBundleCache } from './bundle-cache.ts'
import { planBundle } from './bundle-plan.ts'

export interface BundleOptions {
  /** Absolute path of a TypeScript or JavaScript file. */
  readonly entry: string
  /** Name of the export, or a path beneath it. Default `handler`; `orders.handler` if the file is `orders.ts`. */
  readonly handler?: string
  /** `nodejs22.x`: esbuild's target. */
  readonly runtime: string
  /** Absolute paths of modules that are loaded, in this order, before the entry. */
  readonly setup?: readonly string[]
  readonly external?: readonly string[]
  /** Default: as Node would take the entry, by its extension or the nearest package.json. */
  readonly format?: 'esm' | 'cjs'
  readonly define?: Readonly<Record<string, string>>
  readonly loader?: Readonly<Record<string, string>>
  /** esbuild's plugins. What they do can't be known, so such a bundle is not cached. */
  readonly plugins?: readonly unknown[]
  /** Absolute path. Default: the tsconfig.json nearest to each file. */
  readonly tsconfig?: string
  /** Where bundles are kept between processes; `false`: nowhere. Default: a folder of the user's own in the temporary folder. */
  readonly cacheDirectory?: string | false
}

export interface BundleInput {
  /** Absolute. */
  readonly path: string
  /** It lies in a `node_modules`. */
  readonly dependency: boolean
}

export interface Bundle {
  readonly code: CodeZip
  /** As AWS's `Handler`: `orders.handler`. */
  readonly handler: string
  /** Every file that was bundled, sorted. */
  readonly inputs: readonly BundleInput[]
  /** Raw source maps by the name of the file they are for: `orders.mjs`. Sources are file URLs, without contents. */
  readonly sourceMap: Readonly<Record<string, string>>
  /** esbuild's warnings, as it formats them. */
  readonly warnings: readonly string[]
  /** It was taken from the cache. */
  readonly cached: boolean
}

/** What is cached of a bundle. */
export interface BuiltBundle {
  readonly zip: Uint8Array
  readonly inputs: readonly string[]
  readonly warnings: readonly string[]
}

const running = new Map<string, Promise<Bundle>>()

/**
 * Bundles an entry and its setup modules with esbuild, unless it was bundled before from the same contents, be it by another
 * process: then it costs reading the inputs.
 * @throws RuntimeError `BUNDLE_FAILED` with esbuild's text, `MISSING_PEER` without esbuild.
 */
export async function bundleEntry(options: BundleOptions): Promise<Bundle> {
  const plan = planBundle(options)
  const cache = options.plugins?.length ? undefined : openBundleCache(options, plan)
  const finish = async (built: BuiltBundle, cached: boolean): Promise<Bundle> => {
    const code = await checkZip(built.zip, `the bundle of ${options.entry}`)
    const inputs = built.inputs.map(path => ({ path, dependency: /[\\/]node_modules[\\/]/.test(path) }))
    return { code, handler: plan.handler, inputs, sourceMap: await sourceMapsOf(code), warnings: built.warnings, cached }
  }
  const make = async (): Promise<Bundle> => {
    const hit = cache?.read()
    if (hit) return await finish(hit, true)
    const startedAt = now()
    const built = await buildBundle(options, plan)
    cache?.write(built, startedAt)
    return await finish(built, false)
  }
  return await (cache ? once(cache, make) : make())
}

/** Functions of one test file that share an entry wait for one bundle. */
async function once(cache: BundleCache, make: () => Promise<Bundle>): Promise<Bundle> {
  const making = running.get(cache.key) ?? make().finally(() => running.delete(cache.key))
  running.set(cache.key, making)
  return await making
}

async function sourceMapsOf(code: CodeZip): Promise<Record<string, string>> {
  const maps = (await zipEntries(code)).filter(entry => /\.[mc]js\.map$/.test(entry.name))
  return Object.fromEntries(maps.map(entry => [entry.name.slice(0, -'.map'.length), Buffer.from(entry.data).toString('utf8')]))
}
