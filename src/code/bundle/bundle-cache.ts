import { hash, randomBytes } from 'node:crypto'
import { readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import packageJson from '../../../package.json' with { type: 'json' }
import { now } from '../../platform/clock.ts'
import type { BuiltBundle, BundleOptions } from './bundle.ts'
import { dependenciesOf, fingerprint } from './bundle-dependencies.ts'
import type { BundlePlan } from './bundle-plan.ts'
import { esbuildVersion } from './load-esbuild.ts'
import { privateFolder } from './private-folder.ts'

export interface BundleCache {
  /** What is built, whatever its inputs' contents. */
  readonly key: string
  /** The bundle for the contents as they are now. */
  read(): BuiltBundle | undefined
  /** @param startedAt when the build began, in ms since the epoch */
  write(built: BuiltBundle, startedAt: number): void
}

/** To be raised when a bundle of the same version of this package is made differently. */
const FORMAT = 1
/** Bundles that nobody asked for so long are removed. */
const MAX_AGE_MS = 7 * 24 * 60 * 60 * 1000
/** Bytes of bundles kept; of more, those used longest ago are removed. */
const MAX_BYTES = 256 * 1024 * 1024

/**
 * The cache for one entry with its options. `<key>.inputs` names what the bundle depends on; `<key of their contents>.bundle` is the
 * bundle, so going back to a branch is a hit. Every file begins with the SHA-256 of its rest, and what doesn't match is no file.
 * `undefined` if there is no folder to trust.
 */
export function openBundleCache(options: BundleOptions, plan: BundlePlan): BundleCache | undefined {
  const { cacheDirectory, plugins: _, ...rest } = options
  const folder =
    cacheDirectory === false ? undefined : cacheDirectory === undefined ? defaultFolder() : privateFolder(cacheDirectory)
  if (folder === undefined) return undefined
  const made = { format: FORMAT, version: packageJson.version, esbuild: esbuildVersion(), options: rest, plan }
  const key = sha256(JSON.stringify(made, sortedKeys))
  const inputsFile = join(folder, `${key}.inputs`)
  const bundleFile = (dependencies: readonly string[]): string =>
    join(folder, `${sha256(`${key} ${fingerprint(dependencies)}`)}.bundle`)
  return {
    key,
    read() {
      const dependencies = readSealed(inputsFile)
      if (!dependencies) return undefined
      const file = bundleFile(JSON.parse(dependencies.toString('utf8')) as string[])
      const content = readSealed(file)
      if (!content) return undefined
      touch(inputsFile)
      touch(file)
      const end = content.indexOf('\n')
      const head = JSON.parse(content.toString('utf8', 0, end)) as Omit<BuiltBundle, 'zip'>
      return { ...head, zip: content.subarray(end + 1) }
    },
    write({ zip, inputs, warnings }, startedAt) {
      if (inputs.some(path => changedSince(path, startedAt))) return
      const dependencies = dependenciesOf(inputs, options.tsconfig)
      writeSealed(bundleFile(dependencies), Buffer.concat([Buffer.from(`${JSON.stringify({ inputs, warnings })}\n`), zip]))
      writeSealed(inputsFile, Buffer.from(JSON.stringify(dependencies)))
      prune(folder)
    },
  }
}

function defaultFolder(): string | undefined {
  const own = privateFolder(join(tmpdir(), `lambda-fixtures-${process.getuid?.() ?? userInfo().username}`))
  return own && privateFolder(join(own, 'bundles'))
}

/** What was edited while esbuild read it must not be taken for what esbuild saw; clocks of file systems tick in up to 10 ms. */
function changedSince(path: string, startedAt: number): boolean {
  try {
    const { mtimeMs, ctimeMs } = statSync(path)
    return Math.max(mtimeMs, ctimeMs) > startedAt - 10
  } catch {
    return true
  }
}

const sha256 = (data: string | Uint8Array): string => hash('sha256', data, 'hex')

/** So that the order in which options were written makes no other key. */
function sortedKeys(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}

function readSealed(file: string): Buffer | undefined {
  try {
    const content = readFileSync(file)
    const rest = content.subarray(65)
    return content.toString('latin1', 0, 64) === sha256(rest) ? rest : undefined
  } catch {
    return undefined
  }
}

/** A cache that can't be written, as on a full disk, costs time and nothing else. */
function writeSealed(file: string, content: Buffer): void {
  const temporary = `${file}.${process.pid}.${randomBytes(6).toString('hex')}`
  try {
    writeFileSync(temporary, Buffer.concat([Buffer.from(`${sha256(content)}\n`), content]), { mode: 0o600, flag: 'wx' })
    renameSync(temporary, file)
  } catch {
    rmSync(temporary, { force: true })
  }
}

function touch(file: string): void {
  try {
    utimesSync(file, now() / 1000, now() / 1000)
  } catch {}
}

/** Removes what wasn't used for long, half-written files of dead processes too, and the oldest of what is too much. */
function prune(folder: string): void {
  const files = readdirSync(folder).flatMap(name => {
    const path = join(folder, name)
    const stats = statSync(path, { throwIfNoEntry: false })
    return stats ? [{ path, usedAt: stats.mtimeMs, size: stats.size }] : []
  })
  let total = 0
  for (const { path, usedAt, size } of files.sort((a, b) => b.usedAt - a.usedAt)) {
    total += size
    if (now() - usedAt > MAX_AGE_MS || total > MAX_BYTES) rmSync(path, { force: true })
  }
}
