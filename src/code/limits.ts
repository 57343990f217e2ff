import { PackageFault } from './package-fault.ts'

/** The largest ZIP that can be uploaded directly, in bytes. @see contract 6.3 */
export const ZIPPED_LIMIT = 52_428_800
/** The most that code and layers may have together when they are unpacked, in bytes. @see contract 6.3 */
const UNZIPPED_LIMIT = 262_144_000
/** The longest path and the longest name of a file on Linux, in bytes. */
export const MAX_PATH = 4095
export const MAX_NAME = 255
/** Linux follows at most as many symlinks in one path. */
export const MAX_HOPS = 40
/** The largest packages have some ten thousand folders and symlinks; a small ZIP can have millions. */
export const MAX_FOLDERS = 65_536
/** The depths of all folders together: the kernel walks through each level of a path. The longest path has 2,000 levels. */
export const MAX_LEVELS = 4_000_000
/** The targets of all symlinks together, in bytes. */
export const MAX_TARGETS = 1_048_576

/** @throws PackageFault with AWS's message. @see contract 6.3 */
export function checkZippedSize(size: number): void {
  if (size <= ZIPPED_LIMIT) return
  throw new PackageFault(`has ${size} bytes`, { refusal: `Zipped size must be smaller than ${ZIPPED_LIMIT} bytes.` })
}

/** @throws PackageFault with AWS's message. @see contract 6.3 */
export function checkUnzippedSize(size: number, reason: string): void {
  if (size <= UNZIPPED_LIMIT) return
  throw new PackageFault(reason, { refusal: `Unzipped size must be smaller than ${UNZIPPED_LIMIT} bytes.` })
}
