'use strict'
/**
 * The Runtime API client: HTTP/1.1 by hand over one keep-alive socket.
 *
 * Function code may patch node:http (nock, msw), timers or process.nextTick. None of that may see or delay the Runtime API, so
 * this file uses `net` alone, connects before function code loads, and reads by `onread`, which bypasses streams and
 * their nextTick. A body is received straight into its own buffer.
 *
 * The socket keeps the event loop alive only while an answer is awaited: what a handler leaves behind decides when the
 * loop is empty, as with AWS's native client.
 */
const net = require('node:net')
const fs = require('node:fs')

const { apply } = Reflect
const exit = process.exit.bind(process)
const { nextTick } = process
const wait = Atomics.wait.bind(Atomics)
const resourceUsage = process.resourceUsage.bind(process)

const PATH = '/2018-06-01/runtime'
const JSON_HEAD = 'Content-Type: application/json\r\n'
const CHUNK_BYTES = 64 * 1024
/** Above this a body is encoded to a buffer of its own; below, head and body are one string in one write. */
const SMALL_BODY = 16 * 1024
/** AWS keeps 64 KiB of a cause; the native client sends up to 1 MiB. */
const CAUSE_BYTES = 64 * 1024
/** AWS's native client sends each header value as it is; a line break in one would end the head. */
const LINE_BREAKS = /[\r\n\0]+/g

/** @typedef {{ status: number, headers: Record<string, string>, body: Buffer }} Answer */

class RuntimeApiClient {
  #address
  #isChannel
  #socket
  #write
  /** One entry a request in flight, in order: who wants its answer. */
  #awaiting = []
  /** Answers that the event loop stays alive for. */
  #holds = 0
  /** Text that goes out with what follows, at the latest at the end of this turn. */
  #outgoing = ''
  #isHeld = false
  #chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES)
  /** The last answer that said no more than that a result has come, head and body. */
  #receipt = Buffer.alloc(0)
  #events = new SpareBuffer()
  #encoding = new SpareBuffer()
  /** Bytes of a head that has not arrived whole. */
  #partialHead
  /** The answer whose head has arrived: its `body` is to be filled, or comes by `chunked`. */
  #answer
  #received = 0

  /**
   * @param {string} address `host:port`, as in AWS_LAMBDA_RUNTIME_API
   * @param {number} [channel] descriptor of a socket that is connected already
   */
  constructor(address, channel) {
    const colon = address.lastIndexOf(':')
    this.#address = address
    this.#isChannel = channel !== undefined
    const onread = {
      buffer: () => (this.#receivesBody() ? this.#answer.body.subarray(this.#received) : this.#chunk),
      callback: (bytes, buffer) => {
        if (this.#receivesBody()) this.#advance(bytes)
        else this.#parse(buffer.subarray(0, bytes))
        return true
      },
    }
    this.#socket = this.#isChannel
      ? new net.Socket({ fd: channel, onread })
      : net.connect({ host: address.slice(0, colon), port: Number(address.slice(colon + 1)), noDelay: true, onread })
    this.#write = this.#socket.write
    this.#socket.unref()
    this.#socket.on('error', error => this.#fail(`can't be reached: ${error.message}`))
    this.#socket.on('end', () => this.#fail('closed the connection'))
  }

  /** Asks for the next event. @returns {Promise<Answer>} */
  next() {
    return new Promise(resolve => {
      this.#hold()
      this.#send(`GET ${PATH}/invocation/next HTTP/1.1\r\nHost: ${this.#address}\r\n\r\n`, undefined, answer => {
        this.#release()
        if (answer.status !== 200) this.#fail(`answered GET ${PATH}/invocation/next with ${answer.status}: ${answer.body}`)
        resolve(answer)
      })
    })
  }

  /** Posts a result: JSON text. What the Runtime API answers is its own affair, as with AWS's native client. */
  respond(id, json) {
    // The next poll follows within this turn: one write for both wakes the platform once.
    this.#isHeld = true
    nextTick(() => {
      this.#isHeld = false
      this.#flush()
    })
    const head = this.#isChannel ? JSON_HEAD + pageFaultsHead() : JSON_HEAD
    this.#post(`${PATH}/invocation/${encodeURIComponent(id)}/response`, head, json, ignore)
  }

  /** Posts a function error; `cause` is what X-Ray shows. */
  fail(id, json, cause) {
    this.#post(`${PATH}/invocation/${encodeURIComponent(id)}/error`, JSON_HEAD + causeHead(cause), json, ignore)
  }

  /**
   * Posts a function error, then ends the process with `code` before any more function code runs.
   * Blocking, as AWS's native client is; where the socket's descriptor can't be had or is in use, it waits in the event loop.
   */
  failAndExit(id, json, cause, code) {
    const path = `${PATH}/invocation/${encodeURIComponent(id)}/error`
    const fd = this.#socket._handle?.fd ?? -1
    if (
      fd < 0 ||
      this.#socket.connecting ||
      this.#socket.writableLength > 0 ||
      this.#outgoing !== '' ||
      this.#awaiting.some(listener => listener !== ignore)
    ) {
      const client = new RuntimeApiClient(this.#address)
      client.#hold()
      client.#post(path, JSON_HEAD + causeHead(cause), json, () => exit(code))
      return
    }
    const body = Buffer.from(json)
    const message = Buffer.concat([Buffer.from(this.#postHead(path, JSON_HEAD + causeHead(cause), body.length)), body])
    let answered = false
    this.#awaiting.push(() => {
      answered = true
    })
    try {
      for (let sent = 0; sent < message.length; ) sent += blocking(() => fs.writeSync(fd, message, sent))
      while (!answered) {
        const bytes = blocking(() => fs.readSync(fd, this.#chunk))
        if (bytes === 0) break
        this.#parse(this.#chunk.subarray(0, bytes))
      }
    } catch {}
    exit(code)
  }

  /** Posts an init error. @returns {Promise<void>} once the Runtime API has it */
  failInit(errorType, json) {
    return new Promise(resolve => {
      this.#hold()
      const head = `${JSON_HEAD}Lambda-Runtime-Function-Error-Type: ${String(errorType).replace(LINE_BREAKS, ' ')}\r\n`
      this.#post(`${PATH}/init/error`, head, json, () => {
        this.#release()
        resolve()
      })
    })
  }

  /**
   * Opens a chunked response.
   * @param {(answer: Answer) => void} onAnswer
   * @returns {{ write(bytes: Buffer, done: () => void): void, end(trailers: string, done: () => void): void, highWaterMark: number }}
   */
  stream(id, contentType, onAnswer) {
    this.#hold()
    const write = (bytes, done) => apply(this.#write, this.#socket, [bytes, done])
    this.#awaiting.push(answer => {
      this.#release()
      onAnswer(answer)
    })
    write(
      `POST ${PATH}/invocation/${encodeURIComponent(id)}/response HTTP/1.1\r\nHost: ${this.#address}\r\n` +
        'Lambda-Runtime-Function-Response-Mode: streaming\r\n' +
        'Trailer: Lambda-Runtime-Function-Error-Type\r\nTrailer: Lambda-Runtime-Function-Error-Body\r\n' +
        `Content-Type: ${contentType.replace(LINE_BREAKS, ' ')}\r\nTransfer-Encoding: chunked\r\n\r\n`,
    )
    return {
      write: (bytes, done) => {
        this.#socket.cork()
        write(`${bytes.length.toString(16)}\r\n`)
        write(bytes)
        write('\r\n', done)
        this.#socket.uncork()
      },
      end: (trailers, done) => write(`0\r\n${trailers}\r\n`, done),
    }
  }

  #hold() {
    this.#holds += 1
    this.#socket.ref()
  }

  #release() {
    this.#holds -= 1
    if (this.#holds === 0) this.#socket.unref()
  }

  #postHead(path, head, length) {
    return `POST ${path} HTTP/1.1\r\nHost: ${this.#address}\r\n${head}Content-Length: ${length}\r\n\r\n`
  }

  #post(path, head, json, listener) {
    if (json.length > SMALL_BODY) {
      const body = this.#encoding.take(Buffer.byteLength(json))
      body.write(json)
      this.#send(this.#postHead(path, head, body.length), body, listener)
    } else {
      this.#send(this.#postHead(path, head, Buffer.byteLength(json)) + json, undefined, listener)
    }
  }

  #send(text, body, listener) {
    this.#awaiting.push(listener)
    this.#outgoing += text
    if (body !== undefined) {
      this.#socket.cork()
      this.#flush()
      apply(this.#write, this.#socket, [body, () => this.#encoding.give(body)])
      nextTick(() => this.#socket.uncork())
    } else if (!this.#isHeld) {
      this.#flush()
    }
  }

  #flush() {
    if (this.#outgoing === '') return
    const text = this.#outgoing
    this.#outgoing = ''
    apply(this.#write, this.#socket, [text])
  }

  #parse(bytes) {
    let rest = bytes
    while (rest.length > 0) {
      if (this.#answer === undefined) {
        if (this.#takeReceipt(rest)) {
          rest = rest.subarray(this.#receipt.length)
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
  #takeReceipt(bytes) {
    const { length } = this.#receipt
    const isReceipt =
      length > 0 &&
      bytes.length >= length &&
      this.#partialHead === undefined &&
      this.#awaiting[0] === ignore &&
      this.#receipt.compare(bytes, 0, length) === 0
    if (isReceipt) this.#awaiting.shift()
    return isReceipt
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
      this.#fail(`sent a malformed body: ${error.message}`)
    }
    if (chunked.done) {
      this.#answer.body = chunked.bytes
      this.#received = this.#answer.body.length
      this.#advance(0)
    }
    return rest
  }

  #advance(bytes) {
    this.#received += bytes
    if (this.#received < this.#answer.body.length) return
    const answer = this.#answer
    this.#answer = undefined
    const listener = this.#awaiting.shift()
    if (listener === undefined) this.#fail(`sent an answer (${answer.status}) that nothing asked for`)
    listener(answer)
  }

  #parseHead(text) {
    const [statusLine, ...lines] = text.split('\r\n')
    const status = Number(/^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(statusLine)?.[1])
    if (Number.isNaN(status)) this.#fail(`doesn't speak HTTP: it answered ${JSON.stringify(statusLine.slice(0, 200))}`)
    const headers = { __proto__: null }
    for (const line of lines) {
      const colon = line.indexOf(':')
      if (colon < 1) this.#fail(`sent a malformed header: ${JSON.stringify(line.slice(0, 200))}`)
      headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim()
    }
    if (headers['transfer-encoding']?.toLowerCase() === 'chunked') {
      return { status, headers, body: undefined, chunked: new (require('./chunked.cjs').ChunkedBody)() }
    }
    const length = headers['content-length']
    if (!/^\d+$/.test(length)) this.#fail(`answered without a Content-Length (${statusLine})`)
    const body = this.#events.take(Number(length))
    // Who asked has read it by the time of the next answer.
    this.#events.give(body)
    return { status, headers, body }
  }

  #fail(what) {
    fs.writeSync(2, `lambda-fixtures: the Runtime API at ${this.#address} ${what}\n`)
    exit(1)
  }
}

/** Large buffers that are used again: for a fresh one the kernel has to find and clear pages, which takes longer than to fill them. */
class SpareBuffer {
  #spare = Buffer.alloc(0)

  take(length) {
    if (length <= SMALL_BODY) return Buffer.allocUnsafe(length)
    const spare = this.#spare
    this.#spare = Buffer.alloc(0)
    return spare.length < length ? Buffer.allocUnsafeSlow(length) : spare.subarray(0, length)
  }

  give(buffer) {
    if (buffer.length > SMALL_BODY) this.#spare = Buffer.from(buffer.buffer)
  }
}

function ignore() {}

/** Who holds the channel's other end reads this process's memory only after some. */
function pageFaultsHead() {
  const { minorPageFault, majorPageFault } = resourceUsage()
  return `Lambda-Fixtures-Page-Faults: ${minorPageFault} ${majorPageFault}\r\n`
}

function causeHead(cause) {
  return `Lambda-Runtime-Function-XRay-Error-Cause: ${Buffer.byteLength(cause) <= CAUSE_BYTES ? cause : ''}\r\n`
}

/** Repeats a call on the non-blocking socket until it succeeds: nothing else may run meanwhile, so there is no event to wait for. */
function blocking(call) {
  for (;;) {
    try {
      return call()
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error
      wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 0.2)
    }
  }
}

module.exports = { RuntimeApiClient }
