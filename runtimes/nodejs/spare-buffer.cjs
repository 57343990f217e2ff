'use strict'
/** For smaller buffers, Node's own pool is quicker. */
const LARGE = 16 * 1024

/** Keeps one large buffer for reuse. For a new one, the kernel must find and clear pages, which takes longer than filling them. */
class SpareBuffer {
  #spare = Buffer.alloc(0)

  /** @param {number} length bytes */
  take(length) {
    if (length <= LARGE) return Buffer.allocUnsafe(length)
    const spare = this.#spare
    this.#spare = Buffer.alloc(0)
    return spare.length < length ? Buffer.allocUnsafeSlow(length) : spare.subarray(0, length)
  }

  /** Gives back a buffer that is no longer used. */
  give(buffer) {
    if (buffer.length > LARGE) this.#spare = Buffer.from(buffer.buffer)
  }
}

module.exports = { SpareBuffer }
