'use strict'
/** Reads the Runtime API's answers, HTTP/1.1, from its connection. */
const { SpareBuffer } = require('./spare-buffer.cjs')

const CHUNK_BYTES = 64 * 1024

/** @typedef {{ status: number, headers: Record<string, string>, body: Buffer }} Answer the body is valid until the next answer comes */

class AnswerReader {
  #client
  #chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES)
  /** Head and body of the last answer to a posted result. */
  #receipt = Buffer.alloc(0)
  #bodies = new SpareBuffer()
  /** Bytes of a head that has not arrived completely. */
  #partialHead
  /** The answer whose head has arrived and whose `body` is being filled. */
  #answer
  #filled = 0

  /**
   * @param {{ take(answer?: Answer): void, isIgnored(): boolean, fail(what: string): never }} client gets each answer; of those that
   *   it ignores it needs no content
   */
  constructor(client) {
    this.#client = client
  }

  /** Where the next bytes belong. A body is received straight into its own buffer. */
  get wanted() {
    return this.#answer === undefined ? this.#chunk : this.#answer.body.subarray(this.#filled)
  }

  /** @param {number} count of bytes that were read into `buffer`, which was {@link wanted} */
  received(count, buffer) {
    if (this.#answer === undefined) this.#parse(buffer.subarray(0, count))
    else this.#advance(count)
  }

  #parse(bytes) {
    let rest = bytes
    while (rest.length > 0) {
      if (this.#isReceipt(rest)) {
        rest = rest.subarray(this.#receipt.length)
        this.#client.take()
        continue
      }
      const head = this.#partialHead === undefined ? rest : Buffer.concat([this.#partialHead, rest])
      const end = head.indexOf('\r\n\r\n')
      if (end < 0) {
        this.#partialHead = Buffer.from(head)
        return
      }
      this.#partialHead = undefined
      this.#answer = this.#parseHead(head.toString('utf8', 0, end))
      this.#filled = 0
      rest = head.subarray(end + 4)
      const { status, body } = this.#answer
      if (status === 202 && rest.length >= body.length) this.#receipt = Buffer.from(head.subarray(0, end + 4 + body.length))
      const taken = rest.copy(body)
      rest = rest.subarray(taken)
      this.#advance(taken)
    }
  }

  /** An ignored answer that equals the last receipt needs no parsing. */
  #isReceipt(bytes) {
    const { length } = this.#receipt
    if (length === 0 || bytes.length < length || this.#partialHead !== undefined) return false
    return this.#client.isIgnored() && this.#receipt.compare(bytes, 0, length) === 0
  }

  #advance(count) {
    this.#filled += count
    if (this.#filled < this.#answer.body.length) return
    const answer = this.#answer
    this.#answer = undefined
    this.#client.take(answer)
  }

  #parseHead(text) {
    const [statusLine, ...lines] = text.split('\r\n')
    const status = Number(/^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(statusLine)?.[1])
    if (Number.isNaN(status)) this.#client.fail(`doesn't speak HTTP: it answered ${JSON.stringify(statusLine.slice(0, 200))}`)
    const headers = { __proto__: null }
    for (const line of lines) {
      const colon = line.indexOf(':')
      if (colon < 1) this.#client.fail(`sent a malformed header: ${JSON.stringify(line.slice(0, 200))}`)
      headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim()
    }
    const length = headers['content-length']
    if (!/^\d+$/.test(length)) this.#client.fail(`answered without a Content-Length (${statusLine})`)
    const body = this.#bodies.take(Number(length))
    // The next answer may use it again, because this one has been read by then.
    this.#bodies.give(body)
    return { status, headers, body }
  }
}

module.exports = { AnswerReader }
