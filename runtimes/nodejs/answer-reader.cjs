'use strict'
/** The reading side of a connection to the Runtime API: HTTP/1.1 answers, one after the other. */
const { SpareBuffer } = require('./spare-buffer.cjs')

const CHUNK_BYTES = 64 * 1024

/** @typedef {{ status: number, headers: Record<string, string>, body: Buffer }} Answer its body is to be read until the next one comes */

class AnswerReader {
  #client
  #chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES)
  /** The last answer that said no more than that a result has come, head and body. */
  #receipt = Buffer.alloc(0)
  #bodies = new SpareBuffer()
  /** Bytes of a head that has not arrived whole. */
  #partialHead
  /** The answer whose head has arrived: its `body` is to be filled, or comes by `chunked`. */
  #answer
  #received = 0

  /** @param {{ take(answer?: Answer): void, isIgnored(): boolean, fail(what: string): never }} client who asked; nobody reads what is ignored */
  constructor(client) {
    this.#client = client
  }

  /** Where the next bytes belong: a body is received straight into its own buffer. */
  get wanted() {
    return this.#receivesBody() ? this.#answer.body.subarray(this.#received) : this.#chunk
  }

  /** @param {number} count of bytes that were read into `buffer`, which was {@link wanted} */
  came(count, buffer) {
    if (this.#receivesBody()) this.#advance(count)
    else this.#parse(buffer.subarray(0, count))
  }

  #parse(bytes) {
    let rest = bytes
    while (rest.length > 0) {
      if (this.#answer === undefined) {
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
        this.#received = 0
        rest = head.subarray(end + 4)
        const { status, body } = this.#answer
        if (status === 202 && rest.length >= body?.length) this.#receipt = Buffer.from(head.subarray(0, end + 4 + body.length))
      }
      if (this.#answer.chunked !== undefined) {
        rest = this.#feedChunked(rest)
        continue
      }
      const taken = rest.copy(this.#answer.body, this.#received)
      rest = rest.subarray(taken)
      this.#advance(taken)
    }
  }

  /** What nobody reads needs no parsing when it is the same again. */
  #isReceipt(bytes) {
    const { length } = this.#receipt
    if (length === 0 || bytes.length < length || this.#partialHead !== undefined) return false
    return this.#client.isIgnored() && this.#receipt.compare(bytes, 0, length) === 0
  }

  #receivesBody() {
    return this.#answer !== undefined && this.#answer.chunked === undefined
  }

  #feedChunked(bytes) {
    const { chunked } = this.#answer
    let rest
    try {
      rest = chunked.feed(bytes)
    } catch (error) {
      this.#client.fail(`sent a malformed body: ${error.message}`)
    }
    if (chunked.done) {
      this.#answer.body = chunked.bytes
      this.#received = this.#answer.body.length
      this.#advance(0)
    }
    return rest
  }

  #advance(count) {
    this.#received += count
    if (this.#received < this.#answer.body.length) return
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
    if (headers['transfer-encoding']?.toLowerCase() === 'chunked') {
      return { status, headers, body: undefined, chunked: new (require('./chunked.cjs').ChunkedBody)() }
    }
    const length = headers['content-length']
    if (!/^\d+$/.test(length)) this.#client.fail(`answered without a Content-Length (${statusLine})`)
    const body = this.#bodies.take(Number(length))
    // For the next one: by then this one has been read.
    this.#bodies.give(body)
    return { status, headers, body }
  }
}

module.exports = { AnswerReader }
