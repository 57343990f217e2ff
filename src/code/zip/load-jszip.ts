import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { compileFunction } from 'node:vm'
import type JSZip from 'jszip'
import { setImmediate } from '../../platform/clock.ts'

let loaded: JSZip | undefined

/**
 * jszip, loaded when a ZIP is first read or written, with Node's own timers: it takes every step in a `setImmediate` of its global
 * scope, which a test's fake timers replace and jsdom lacks. So its published single file is compiled with `setImmediate` as a
 * parameter. This copy is this library's alone; a test's own jszip, or its mock of jszip, is not touched.
 */
export function loadJszip(): JSZip {
  loaded ??= load()
  return loaded
}

function load(): JSZip {
  const file = createRequire(import.meta.url).resolve('jszip/dist/jszip.min.js')
  const module = { exports: {} }
  const run = compileFunction(readFileSync(file, 'utf8'), ['module', 'exports', 'setImmediate'], { filename: file })
  run(module, module.exports, setImmediate)
  return module.exports as JSZip
}
