import { relative, resolve, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { BuildFailure, BuildOptions, Loader, Message, Metafile, OutputFile, Plugin } from 'esbuild'
import { RuntimeError } from '../../errors/runtime-error.ts'
import { writeZip } from '../zip/write-zip.ts'
import type { ZipEntry } from '../zip/zip-entry.ts'
import type { BuiltBundle, BundleOptions } from './bundle.ts'
import type { BundlePlan } from './bundle-plan.ts'
import { loadEsbuild } from './load-esbuild.ts'

/** The namespace of the modules that are made here; no file has it. */
const OURS = 'lambda-fixtures'

// CommonJS packages in an ESM bundle ask for what ESM hasn't; a package in a CJS bundle may ask for import.meta.
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
      zip: writeZip(result.outputFiles.map(file => outputEntry(file, plan.root))),
      inputs: inputPaths(result.metafile, plan.root),
      warnings: await format(result.warnings, 'warning'),
    }
  } catch (cause) {
    const { errors } = cause as Partial<BuildFailure>
    // Where an error lies in a module of ours says nothing to users.
    for (const error of errors ?? []) if (error.location?.file.startsWith(`${OURS}:`)) error.location = null
    const isUnexported = errors?.some(({ location, text }) => !location && text.startsWith('No matching export'))
    const remedy = isUnexported ? `\n\nExport ${plan.exportName} from it, or give the name of what it exports as handler.` : ''
    const text = errors ? (await format(errors, 'error')).join('\n\n') : String(cause)
    throw new RuntimeError('BUNDLE_FAILED', `esbuild could not bundle ${options.entry}:\n\n${text}${remedy}`, {
      data: { entry: options.entry, errors },
      // esbuild's own error repeats all that.
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
    // Lambda's errorType is the name of the error's class.
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
 * The module that loads the setup modules and then the entry. Each is imported by a module of its own, because esbuild puts what
 * a CommonJS module does where its importer's code begins, which is after all of the importer's ESM imports. And each is used,
 * because a package that calls itself free of side effects would else lose modules that are imported for nothing else.
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

function outputEntry(file: OutputFile, root: string): ZipEntry {
  const name = relative(root, file.path).split(sep).join('/')
  const data = name.endsWith('.map') ? Buffer.from(absoluteSources(file.text, root)) : file.contents
  return { name, type: 'file', mode: 0o644, data }
}

/** The map is read where the bundle is unpacked, far from the sources. */
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

/** Modules that were made by a plugin have its namespace before their path; a single letter is a drive. */
const isFile = (path: string): boolean => !/^[\w()-]{2,}:/.test(path)
