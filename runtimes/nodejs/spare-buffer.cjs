'use strict'
/** Below, Node's own pool is quicker. */
const LARGE = 16 * 1024

/** One large buffer that is used again: for a fresh one the kernel has to find and clear pages, which takes longer than to fill them. */
class SpareBuffer {
  #spare = Buffer.alloc(0)

  /** @param {number} length bytes */
  take(length) {
    if (length <= LARGE) return Buffer.allocUnsafe(length)
    const spare = this.#spare
    this.#spare = Buffer.alloc(0)
    return spare.length < length ? Buffer.allocUnsafeSlow(length) : spare.subarray(0, length)
  }

  /** Whoever had it has no more use for it. */
  give(buffer) {
    if (buffer.length > LARGE) this.#spare = Buffer.from(buffer.buffer)
  }
}

module.exports = { SpareBuffer }
