import { createRequire } from 'node:module'
import type * as Esbuild from 'esbuild'
import { RuntimeError } from '../../errors/runtime-error.ts'

// jest refuses import() without a flag.
const require: NodeJS.Require = createRequire(import.meta.url)

/** @throws RuntimeError `MISSING_PEER` */
export function loadEsbuild(): typeof Esbuild {
  return load('esbuild') as typeof Esbuild
}

/** Reads the version without loading esbuild, which a cached bundle does not need. */
export function esbuildVersion(): string {
  return (load('esbuild/package.json') as { version: string }).version
}

function load(id: string): unknown {
  try {
    return require(id)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw cause
    const message = 'Bundling an entry needs esbuild, which is not installed. Install it: npm i -D esbuild'
    throw new RuntimeError('MISSING_PEER', message, { data: { peer: 'esbuild' }, cause })
  }
}
