'use strict'
/**
 * Finds and loads the handler that `_HANDLER` names.
 *
 * nodejs24.x imports every file; nodejs22.x requires those that aren't ES modules. The ESM loader costs milliseconds, so a CommonJS
 * file is loaded without it, with the same result.
 *
 * @see contract 2.6, 6.4
 */
const fs = require('node:fs')
const Module = require('node:module')
const path = require('node:path')

/** AWS's client is an ES module at this path, which messages show as the last entry of `Require stack:`. */
const requireAsAws = Module.createRequire('/var/runtime/index.mjs')
const { existsSync, readFileSync } = fs

const STREAMING = Symbol.for('aws.lambda.runtime.handler.streaming')
const HIGH_WATER_MARK = Symbol.for('aws.lambda.runtime.handler.streaming.highWaterMark')

/**
 * @param {string} root LAMBDA_TASK_ROOT
 * @param {string} name _HANDLER
 * @param {'promise' | 'callback'} kind nodejs24.x and above, or below
 * @returns {Promise<Function>}
 */
async function loadHandler(root, name, kind, errors) {
  if (name.includes('..')) {
    throw new errors.MalformedHandlerName(
      `'${name}' is not a valid handler name. Use absolute paths when specifying root directories in handler names.`,
    )
  }
  const fileAndExport = path.basename(name)
  const folder = name.slice(0, name.indexOf(fileAndExport))
  const dot = fileAndExport.indexOf('.')
  if (dot < 0) throw new errors.MalformedHandlerName('Bad handler')
  const file = fileAndExport.slice(0, dot)
  const exportPath = fileAndExport.slice(dot + 1)

  const load = kind === 'promise' ? importHandler : requireHandler
  let handler
  try {
    handler = await load(root, folder, file, exportPath)
  } catch (error) {
    if (error instanceof SyntaxError) throw asSyntaxError(error, kind, errors)
    if (error?.code === 'MODULE_NOT_FOUND') throw new errors.ImportModuleError(String(error))
    throw error
  }
  if (!handler) throw new errors.HandlerNotFound(`${name} is undefined or not exported`)
  if (typeof handler !== 'function') throw new errors.HandlerNotFound(`${name} is not a function`)
  return handler
}

function asSyntaxError(error, kind, errors) {
  const known = new errors.UserCodeSyntaxError(String(error))
  if (kind === 'promise') known.stack = error.stack
  return known
}

async function importHandler(root, folder, file, exportPath) {
  const base = path.resolve(root, folder.replace(/\/$/, ''), file)
  for (const extension of ['', '.js', '.mjs', '.cjs']) {
    const filename = base + extension
    if (!existsSync(filename)) continue
    if (extension === '.cjs' || (extension === '.js' && packageType(path.dirname(filename)) === 'commonjs')) {
      const found = loadCommonJs(filename, exportPath)
      if (found !== undefined) return found.handler
    }
    return findInNamespace(await importFile(filename), exportPath)
  }
  const resolved = requireAsAws.resolve(file, { paths: [root, path.join(root, folder)] })
  return findInNamespace(requireAsAws(resolved), exportPath)
}

/** `undefined` if only an import can tell what the file exports: if its syntax is that of an ES module, or it exports a function. */
function loadCommonJs(filename, exportPath) {
  let exported
  try {
    exported = Module._load(filename, undefined, false)
  } catch (error) {
    if (error?.code === 'ERR_REQUIRE_ESM' || error?.code === 'ERR_REQUIRE_ASYNC_MODULE') return undefined
    throw error
  }
  if (typeof exported !== 'object' || exported?.[Symbol.toStringTag] === 'Module') return undefined
  const handler = findIn(exported, exportPath) || findIn({ default: exported }, exportPath)
  return { handler }
}

function findInNamespace(namespace, exportPath) {
  const found = findIn(namespace, exportPath)
  if (found || typeof namespace !== 'object' || namespace === null || !('default' in namespace)) return found
  return findIn(namespace.default, exportPath)
}

function findIn(exported, exportPath) {
  return exportPath
    .split('.')
    .reduce((value, key) => (typeof value === 'object' && value !== null ? value[key] : undefined), exported)
}

async function requireHandler(root, folder, file, exportPath) {
  const exported = await requireFile(root, folder, file)
  return exportPath.split('.').reduce((value, key) => value?.[key], exported)
}

async function requireFile(root, folder, file) {
  const base = path.resolve(root, folder, file)
  const whole = existsSync(base) && requireAsAws(base)
  if (whole) return whole
  const hasJs = existsSync(`${base}.js`)
  const isModule = hasJs && packageType(path.dirname(base), warnUnreadable) === 'module'
  const required = hasJs && !isModule && requireAsAws(`${base}.js`)
  if (required) return required
  const loaded =
    (isModule && (await importFile(`${base}.js`))) ||
    (existsSync(`${base}.mjs`) && (await importFile(`${base}.mjs`))) ||
    (existsSync(`${base}.cjs`) && requireAsAws(`${base}.cjs`))
  if (loaded) return loaded
  return requireAsAws(requireAsAws.resolve(file, { paths: [root, folder] }))
}

function warnUnreadable(file, error) {
  console.warn(`${file} cannot be read, it will be ignored for ES module detection purposes.`, error)
}

/** The `type` of the nearest package.json, 'unknown' if that can't be read. */
function packageType(folder, onUnreadable) {
  for (let current = folder; !current.endsWith('/node_modules'); current = path.dirname(current)) {
    const file = path.join(current, 'package.json')
    let text
    try {
      text = readFileSync(file, 'utf8')
    } catch {
      if (path.dirname(current) === current) break
      continue
    }
    try {
      return JSON.parse(text).type === 'module' ? 'module' : 'commonjs'
    } catch (error) {
      onUnreadable?.(file, error)
      return 'unknown'
    }
  }
  return 'commonjs'
}

function importFile(filename) {
  return import(require('node:url').pathToFileURL(filename).href)
}

/** @returns {{ streaming: boolean, highWaterMark: number | undefined }} what `awslambda.streamifyResponse` has set on the handler */
function streamingOf(handler, errors) {
  const mode = handler[STREAMING]
  if (!mode) return { streaming: false, highWaterMark: undefined }
  if (mode !== 'response') throw new errors.MalformedStreamingHandler('Only response streaming is supported.')
  const mark = Number(handler[HIGH_WATER_MARK])
  return { streaming: true, highWaterMark: mark > 0 ? mark : undefined }
}

/** The members of the `awslambda` global for response streaming. */
const streamingGlobal = {
  streamifyResponse(handler, options) {
    handler[STREAMING] = 'response'
    if (typeof options?.highWaterMark === 'number') handler[HIGH_WATER_MARK] = Math.trunc(options.highWaterMark)
    return handler
  },
  get HttpResponseStream() {
    return require('./streaming.cjs').HttpResponseStream
  },
}

module.exports = { loadHandler, streamingOf, streamingGlobal }
