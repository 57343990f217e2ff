'use strict'
/** Decodes a chunked body piece by piece; the Runtime API's answers rarely are. */
const CRLF = '\r\n'

class ChunkedBody {
  #parts = []
  /** The text of a line that has not arrived whole. */
  #line = ''
  /** Bytes of the current chunk still to come, or what kind of line comes next. */
  #expect = 'size'
  done = false

  get bytes() {
    return Buffer.concat(this.#parts)
  }

  /** Takes what belongs to the body and returns what follows it. @throws Error if a chunk's size is none */
  feed(bytes) {
    let rest = bytes
    while (rest.length > 0 && !this.done) rest = typeof this.#expect === 'number' ? this.#takeData(rest) : this.#takeLine(rest)
    return rest
  }

  #takeData(bytes) {
    const part = bytes.subarray(0, this.#expect)
    this.#parts.push(Buffer.from(part))
    this.#expect -= part.length
    if (this.#expect === 0) this.#expect = 'end of chunk'
    return bytes.subarray(part.length)
  }

  #takeLine(bytes) {
    const newline = bytes.indexOf('\n')
    const end = newline < 0 ? bytes.length : newline + 1
    this.#line += bytes.toString('latin1', 0, end)
    if (newline >= 0) this.#endLine()
    return bytes.subarray(end)
  }

  #endLine() {
    const line = this.#line
    this.#line = ''
    if (this.#expect === 'size') {
      const size = Number.parseInt(line, 16)
      if (Number.isNaN(size)) throw new Error(`a chunk begins with ${JSON.stringify(line.slice(0, 200))}`)
      this.#expect = size === 0 ? 'trailer' : size
    } else if (this.#expect === 'end of chunk') {
      this.#expect = 'size'
    } else if (line === CRLF) {
      this.done = true
    }
  }
}

module.exports = { ChunkedBody }
