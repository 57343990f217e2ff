import type { CodeZip } from '../../model/code-package.ts'

export interface BundleOptions {
  /** Absolute path of a TypeScript or JavaScript file. */
  readonly entry: string
  /** Name of the export, or a path beneath it. Default `handler`; `orders.handler` if the file is `orders.ts`. */
  readonly handler?: string
  /** `nodejs22.x`: esbuild's target. */
  readonly runtime: string
  /** Absolute paths of modules that are loaded, in this order, before the entry. */
  readonly setup?: readonly string[]
  readonly external?: readonly string[]
  /** Default: as Node would take the entry, by its extension or the nearest package.json. */
  readonly format?: 'esm' | 'cjs'
  readonly define?: Readonly<Record<string, string>>
  readonly loader?: Readonly<Record<string, string>>
  /** esbuild's plugins. What they do can't be known, so such a bundle is not cached. */
  readonly plugins?: readonly unknown[]
  /** Absolute path. Default: the tsconfig.json nearest to each file. */
  readonly tsconfig?: string
  /** Where bundles are kept between processes; `false`: nowhere. Default: a folder of the user's own in the temporary folder. */
  readonly cacheDirectory?: string | false
}

export interface BundleInput {
  /** Absolute. */
  readonly path: string
  /** It lies in a `node_modules`. */
  readonly dependency: boolean
}

export interface Bundle {
  readonly code: CodeZip
  /** As AWS's `Handler`: `orders.handler`. */
  readonly handler: string
  /** Every file that was bundled, sorted. */
  readonly inputs: readonly BundleInput[]
  /** Raw source maps by the name of the file they are for: `orders.mjs`. Sources are file URLs, without contents. */
  readonly sourceMap: Readonly<Record<string, string>>
  /** esbuild's warnings, as it formats them. */
  readonly warnings: readonly string[]
  /** It was taken from the cache. */
  readonly cached: boolean
}

/** What is cached of a bundle. */
export interface BuiltBundle {
  readonly zip: Uint8Array
  readonly inputs: readonly string[]
  readonly warnings: readonly string[]
}
