import type { CodeZip, PackageEntry } from '../../model/code-package.ts'
import { now } from '../../platform/clock.ts'
import { createPackage } from '../code-package.ts'
import { PackageFault, packageError } from '../package-fault.ts'
import { type BuiltBundle, buildBundle } from './build-bundle.ts'
import { type BundleCache, openBundleCache } from './bundle-cache.ts'
import { type BundleOptions, planBundle } from './bundle-plan.ts'

export interface Bundle {
  readonly code: CodeZip
  /** AWS's `Handler`: `orders.handler`. */
  readonly handler: string
  /** Raw source maps by the name of the file that they describe: `orders.mjs`. Their sources are file URLs, without contents. */
  readonly sourceMap: Readonly<Record<string, string>>
  /** esbuild's warnings, as it formats them. */
  readonly warnings: readonly string[]
  /** Whether it was taken from the cache. */
  readonly cached: boolean
}

/** Bundles that are being made, by the key of their cache. */
const running = new Map<string, Promise<Bundle>>()

/**
 * Bundles an entry and its setup modules with esbuild. If any process bundled the same contents before, only the inputs are read.
 * Functions of one test file that share an entry wait for one bundle.
 * @throws RuntimeError `BUNDLE_FAILED` with esbuild's text, `MISSING_PEER` without esbuild
 */
export async function bundleEntry(options: BundleOptions): Promise<Bundle> {
  const plan = planBundle(options)
  // What plugins do can't be known, so such a bundle is not cached.
  const cache = options.plugins?.length ? undefined : openBundleCache(options, plan)
  const make = async (): Promise<Bundle> => {
    const known = cache?.read()
    const { entries, warnings } = known ?? (await build())
    const code = packageOf(entries, options.entry)
    return { code, handler: plan.handler, sourceMap: sourceMapsOf(code), warnings, cached: known !== undefined }
  }
  const build = async (): Promise<BuiltBundle> => {
    const startedAt = now()
    const built = await buildBundle(options, plan)
    cache?.write(built, startedAt)
    return built
  }
  return await (cache ? once(cache, make) : make())
}

function packageOf(entries: readonly PackageEntry[], entry: string): CodeZip {
  try {
    return createPackage(entries, '/var/task')
  } catch (error) {
    throw error instanceof PackageFault ? packageError(`the bundle of ${entry}`, error) : error
  }
}

async function once({ key }: BundleCache, make: () => Promise<Bundle>): Promise<Bundle> {
  const making = running.get(key) ?? make().finally(() => running.delete(key))
  running.set(key, making)
  return await making
}

function sourceMapsOf({ entries }: CodeZip): Record<string, string> {
  const maps = entries.filter(({ name }) => /\.[mc]js\.map$/.test(name))
  return Object.fromEntries(maps.map(({ name, data }) => [name.slice(0, -'.map'.length), Buffer.from(data).toString('utf8')]))
}
