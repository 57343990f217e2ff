import { relative, resolve, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { BuildFailure, BuildOptions, Loader, Message, Metafile, OutputFile, Plugin } from 'esbuild'
import { RuntimeError } from '../../errors/runtime-error.ts'
import type { PackageEntry } from '../../model/code-package.ts'
import type { BundleOptions, BundlePlan } from './bundle-plan.ts'
import { loadEsbuild } from './load-esbuild.ts'

export interface BuiltBundle {
  readonly entries: readonly PackageEntry[]
  /** Absolute paths of the files that were bundled. */
  readonly inputs: readonly string[]
  /** esbuild's warnings, as it formats them. */
  readonly warnings: readonly string[]
}

/** The namespace of modules that are generated here. */
const OURS = 'lambda-fixtures'

// CommonJS packages in an ESM bundle use variables that ESM does not have; packages in a CommonJS bundle may use import.meta.
const ESM_SHIM = `import { createRequire as __lambdaRequire } from 'node:module'; const require = __lambdaRequire(import.meta.url), __lambdaFile = import.meta.filename, __lambdaFolder = import.meta.dirname;`
const CJS_SHIM = `const __lambdaUrl = require('node:url').pathToFileURL(__filename).href;`
const ESM_DEFINE = { __filename: '__lambdaFile', __dirname: '__lambdaFolder' }
const CJS_DEFINE = { 'import.meta.url': '__lambdaUrl', 'import.meta.filename': '__filename', 'import.meta.dirname': '__dirname' }

/** @throws RuntimeError `BUNDLE_FAILED`, `MISSING_PEER` */
export async function buildBundle(options: BundleOptions, plan: BundlePlan): Promise<BuiltBundle> {
  const esbuild = loadEsbuild()
  const format = async (messages: Message[], kind: 'error' | 'warning'): Promise<string[]> =>
    (await esbuild.formatMessages(messages, { kind, color: false })).map(text => text.trim())
  try {
    const result = await esbuild.build(esbuildOptions(options, plan))
    return {
      entries: result.outputFiles.map(file => outputEntry(file, plan.root)),
      inputs: inputPaths(result.metafile, plan.root),
      warnings: await format(result.warnings, 'warning'),
    }
  } catch (cause) {
    const { errors } = cause as Partial<BuildFailure>
    // A location in a generated module would tell users nothing.
    for (const error of errors ?? []) if (error.location?.file.startsWith(`${OURS}:`)) error.location = null
    const isUnexported = errors?.some(({ location, text }) => !location && text.startsWith('No matching export'))
    const remedy = isUnexported ? `\n\nExport ${plan.exportName} from it, or set handler to the name of an export.` : ''
    const text = errors ? (await format(errors, 'error')).join('\n\n') : String(cause)
    throw new RuntimeError('BUNDLE_FAILED', `esbuild could not bundle ${options.entry}:\n\n${text}${remedy}`, {
      data: { entry: options.entry, errors },
      // esbuild's error repeats the messages.
      cause: errors ? undefined : cause,
    })
  }
}

function esbuildOptions(options: BundleOptions, plan: BundlePlan): BuildOptions & { metafile: true; write: false } {
  return {
    absWorkingDir: plan.root,
    entryPoints: [{ in: OURS, out: plan.name }],
    outdir: plan.root,
    outExtension: { '.js': plan.extension },
    write: false,
    metafile: true,
    bundle: true,
    platform: 'node',
    format: plan.format,
    target: plan.target,
    sourcemap: 'linked',
    sourcesContent: false,
    // Lambda's errorType is the name of the error class.
    keepNames: true,
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'silent',
    banner: { js: plan.format === 'esm' ? ESM_SHIM : CJS_SHIM },
    define: { ...(plan.format === 'esm' ? ESM_DEFINE : CJS_DEFINE), ...options.define },
    external: [...(options.external ?? [])],
    loader: { ...options.loader } as Record<string, Loader>,
    ...(options.tsconfig === undefined ? {} : { tsconfig: options.tsconfig }),
    plugins: [ourModules(options, plan), ...((options.plugins ?? []) as Plugin[])],
  }
}

/**
 * Generates the module that loads the setup modules and then the entry. Each setup module has an importer of its own, because esbuild
 * runs a CommonJS module where its importer's code begins, which is after all ESM imports of that importer. The importer uses the
 * module, because otherwise esbuild drops modules of packages that declare that they have no side effects.
 */
function ourModules(options: BundleOptions, plan: BundlePlan): Plugin {
  const setup = (options.setup ?? []).map(
    (path, i) => [`${OURS}/setup-${i}`, `import * as it from ${JSON.stringify(path)}; Object.keys(it)`] as const,
  )
  const main = [
    ...setup.map(([name]) => `import ${JSON.stringify(name)}`),
    `export { ${plan.exportName} } from ${JSON.stringify(options.entry)}`,
  ]
  const modules = new Map<string, string>([...setup, [OURS, main.join('\n')]])
  return {
    name: OURS,
    setup(build) {
      build.onResolve({ filter: new RegExp(`^${OURS}(/setup-\\d+)?$`) }, ({ path, kind, namespace }) =>
        kind === 'entry-point' || namespace === OURS ? { path, namespace: OURS } : undefined,
      )
      build.onLoad({ filter: /.*/, namespace: OURS }, ({ path }) => ({
        contents: modules.get(path)!,
        loader: 'js',
        resolveDir: plan.root,
      }))
    },
  }
}

function outputEntry(file: OutputFile, root: string): PackageEntry {
  const name = relative(root, file.path).split(sep).join('/')
  const data = name.endsWith('.map') ? Buffer.from(absoluteSources(file.text, root)) : file.contents
  return { name, type: 'file', mode: 0o644, data }
}

/** The map is read in the folder that the bundle is unpacked into. */
function absoluteSources(map: string, root: string): string {
  const json = JSON.parse(map) as { sources: string[] }
  json.sources = json.sources.map(source => (isFile(source) ? pathToFileURL(resolve(root, source)).href : source))
  return JSON.stringify(json)
}

function inputPaths(metafile: Metafile, root: string): string[] {
  return Object.keys(metafile.inputs)
    .filter(isFile)
    .map(path => resolve(root, path))
    .sort()
}

/** Modules of a plugin have its namespace before their path; a single letter is a drive. */
const isFile = (path: string): boolean => !/^[\w()-]{2,}:/.test(path)
