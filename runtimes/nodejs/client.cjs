'use strict'
/**
 * The Runtime API client: HTTP/1.1 by hand over one socket.
 *
 * Function code may patch node:http (nock, msw), timers or process.nextTick. None of that may see or delay the Runtime API, so
 * this file uses only `net`, connects before function code loads, and reads by `onread`, which bypasses streams and their nextTick.
 *
 * The socket keeps the event loop alive only while an answer is awaited, so that, as with AWS's native client, what a handler
 * leaves behind decides when the loop is empty.
 */
const net = require('node:net')
const fs = require('node:fs')
const { AnswerReader } = require('./answer-reader.cjs')
const { SpareBuffer } = require('./spare-buffer.cjs')

const { apply } = Reflect
const exit = process.exit.bind(process)
const { nextTick } = process
const wait = Atomics.wait.bind(Atomics)
const resourceUsage = process.resourceUsage.bind(process)

const PATH = '/2018-06-01/runtime'
const JSON_HEAD = 'Content-Type: application/json\r\n'
/** A larger body is encoded into a buffer of its own; head and body of a smaller one are one string in one write. */
const SMALL_BODY = 16 * 1024
/** AWS keeps 64 KiB of a cause; the native client sends up to 1 MiB. */
const CAUSE_BYTES = 64 * 1024
/** A line break in a header value would end the head. */
const LINE_BREAKS = /[\r\n\0]+/g

class RuntimeApiClient {
  #address
  #isChannel
  #socket
  #write
  /** The listener for each awaited answer, in order. */
  #awaiting = []
  /** How many answers the event loop stays alive for. */
  #holds = 0
  /** Text that goes out with the next write, at the latest at the end of this turn. */
  #outgoing = ''
  #isHeld = false
  #encoding = new SpareBuffer()
  #reader = new AnswerReader({
    take: answer => this.#take(answer),
    isIgnored: () => this.#awaiting[0] === ignore,
    fail: what => this.#fail(what),
  })

  /**
   * @param {string} address `host:port`, as in AWS_LAMBDA_RUNTIME_API
   * @param {number} [channel] descriptor of a socket that is connected already
   */
  constructor(address, channel) {
    const colon = address.lastIndexOf(':')
    this.#address = address
    this.#isChannel = channel !== undefined
    const onread = {
      buffer: () => this.#reader.wanted,
      callback: (bytes, buffer) => {
        this.#reader.received(bytes, buffer)
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

  /** Asks for the next event. @returns {Promise<import('./answer-reader.cjs').Answer>} */
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

  /** Posts a result, as JSON text. The answer is ignored, as AWS's native client does. */
  respond(id, json) {
    // The next poll follows within this turn, and one write for both wakes the platform only once.
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
   * Posts a function error, then ends the process with `code` before any more function code runs. It blocks, as AWS's native client
   * does, except when the socket's descriptor is missing or in use: then it waits in the event loop.
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
        const buffer = this.#reader.wanted
        const bytes = blocking(() => fs.readSync(fd, buffer))
        if (bytes === 0) break
        this.#reader.received(bytes, buffer)
      }
    } catch {}
    exit(code)
  }

  /** Posts an init error. @returns {Promise<void>} resolves when the Runtime API has answered */
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
   * @param {(answer: import('./answer-reader.cjs').Answer) => void} onAnswer
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

  #take(answer) {
    const listener = this.#awaiting.shift()
    if (listener === undefined) this.#fail(`sent an answer (${answer.status}) that nothing asked for`)
    listener(answer)
  }

  #fail(what) {
    fs.writeSync(2, `lambda-fixtures: the Runtime API at ${this.#address} ${what}\n`)
    exit(1)
  }
}

function ignore() {}

/** The test process reads this process's memory only after new page faults. */
function pageFaultsHead() {
  const { minorPageFault, majorPageFault } = resourceUsage()
  return `Lambda-Fixtures-Page-Faults: ${minorPageFault} ${majorPageFault}\r\n`
}

function causeHead(cause) {
  return `Lambda-Runtime-Function-XRay-Error-Cause: ${Buffer.byteLength(cause) <= CAUSE_BYTES ? cause : ''}\r\n`
}

/** Repeats a call on the non-blocking socket until it succeeds. It polls because nothing else may run meanwhile. */
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
