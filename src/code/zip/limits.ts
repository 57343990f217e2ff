/** Bytes a ZIP may have when it is uploaded directly. @see contract 6.3 */
export const ZIPPED_LIMIT = 52_428_800
/** Bytes that code and layers may have together, unpacked. @see contract 6.3 */
export const UNZIPPED_LIMIT = 262_144_000
/** AWS's words. @see contract 6.3 */
export const ZIPPED_TOO_LARGE: string = `Zipped size must be smaller than ${ZIPPED_LIMIT} bytes`
/** AWS's words. @see contract 6.3 */
export const UNZIPPED_TOO_LARGE: string = `Unzipped size must be smaller than ${UNZIPPED_LIMIT} bytes`
