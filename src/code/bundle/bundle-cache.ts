import { hash, randomBytes } from 'node:crypto'
import { readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { deserialize, serialize } from 'node:v8'
import packageJson from '../../../package.json' with { type: 'json' }
import { now } from '../../platform/clock.ts'
import { makePrivateFolder, userFolder } from '../../platform/user-folder.ts'
import type { BuiltBundle } from './build-bundle.ts'
import { dependenciesOf, fingerprint } from './bundle-dependencies.ts'
import type { BundleOptions, BundlePlan } from './bundle-plan.ts'
import { esbuildVersion } from './load-esbuild.ts'

export interface BundleCache {
  /** Identifies what is built, apart from the contents of its inputs. */
  readonly key: string
  /** The bundle for the inputs' present contents. */
  read(): BuiltBundle | undefined
  /** @param startedAt when the build began, in ms since the epoch */
  write(built: BuiltBundle, startedAt: number): void
}

/** Increased when the same version of this package makes or stores bundles differently. */
const FORMAT = 2

/**
 * The cache for one entry with its options. `<key>.inputs` lists what the bundle depends on, and `<key of their contents>.bundle` is
 * the bundle, so a return to a branch is a hit. Each file begins with the SHA-256 of the rest, and is ignored if that differs.
 * `undefined` if there is no folder that can be trusted. The sweep of a session removes old bundles (`sweepBundles`).
 */
export function openBundleCache(options: BundleOptions, plan: BundlePlan): BundleCache | undefined {
  const folder = trustedFolder()
  if (folder === undefined) return undefined
  const made = { format: FORMAT, version: packageJson.version, esbuild: esbuildVersion(), options, plan }
  const key = sha256(JSON.stringify(made, sortedKeys))
  const inputsFile = join(folder, `${key}.inputs`)
  const bundleFile = (dependencies: readonly string[]): string =>
    join(folder, `${sha256(`${key} ${fingerprint(dependencies)}`)}.bundle`)
  return {
    key,
    read() {
      const dependencies = readSealed<readonly string[]>(inputsFile)
      return dependencies && readSealed<BuiltBundle>(bundleFile(dependencies))
    },
    write(built, startedAt) {
      const { inputs } = built
      if (inputs.some(path => changedSince(path, startedAt))) return
      const dependencies = dependenciesOf(inputs, options.tsconfig)
      writeSealed(bundleFile(dependencies), built)
      writeSealed(inputsFile, dependencies)
    },
  }
}

function trustedFolder(): string | undefined {
  try {
    const folder = join(userFolder(), 'bundles')
    makePrivateFolder(folder)
    return folder
  } catch {
    return undefined
  }
}

/** A file that was edited during the build may differ from what esbuild read. File systems have clocks that tick in up to 10 ms. */
function changedSince(path: string, startedAt: number): boolean {
  try {
    const { mtimeMs, ctimeMs } = statSync(path)
    return Math.max(mtimeMs, ctimeMs) > startedAt - 10
  } catch {
    return true
  }
}

const sha256 = (data: string | Uint8Array): string => hash('sha256', data, 'hex')

/** The order in which options are written makes no difference. */
function sortedKeys(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}

function readSealed<T>(file: string): T | undefined {
  try {
    const content = readFileSync(file)
    const rest = content.subarray(65)
    if (content.toString('latin1', 0, 64) !== sha256(rest)) return undefined
    // The sweep removes files that were not used for a week.
    utimesSync(file, now() / 1000, now() / 1000)
    return deserialize(rest) as T
  } catch {
    return undefined
  }
}

/** If the cache can't be written, such as on a full disk, the next process bundles again. */
function writeSealed(file: string, value: unknown): void {
  const temporary = `${file}.${process.pid}.${randomBytes(6).toString('hex')}`
  try {
    const content = serialize(value)
    writeFileSync(temporary, Buffer.concat([Buffer.from(`${sha256(content)}\n`), content]), { mode: 0o600, flag: 'wx' })
    renameSync(temporary, file)
  } catch {
    rmSync(temporary, { force: true })
  }
}
