import type { CodeZip } from '../../model/code-package.ts'
import { now } from '../../platform/clock.ts'
import { checkZip } from '../zip/check-zip.ts'
import { zipEntries } from '../zip/zip-entries.ts'
import { buildBundle } from './build-bundle.ts'
import type { BuiltBundle, Bundle, BundleOptions } from './bundle.ts'
import { type BundleCache, openBundleCache } from './bundle-cache.ts'
import { planBundle } from './bundle-plan.ts'

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
