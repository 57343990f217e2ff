import { createRequire } from 'node:module'
import type * as Esbuild from 'esbuild'
import { RuntimeError } from '../../errors/runtime-error.ts'

// By require and not by import(), which jest's realms refuse without a flag.
const require: NodeJS.Require = createRequire(import.meta.url)

/** @throws RuntimeError `MISSING_PEER` */
export function loadEsbuild(): typeof Esbuild {
  return load('esbuild') as typeof Esbuild
}

/** Without loading esbuild itself, which a bundle that is cached does not need. */
export function esbuildVersion(): string {
  return (load('esbuild/package.json') as { version: string }).version
}

function load(id: string): unknown {
  try {
    return require(id)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw cause
    throw new RuntimeError(
      'MISSING_PEER',
      'Bundling an entry takes esbuild, which is not installed. Install it: npm i -D esbuild',
      {
        data: { peer: 'esbuild' },
        cause,
      },
    )
  }
}
