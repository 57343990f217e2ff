'use strict'
/**
 * Response streaming: sends what a handler of `awslambda.streamifyResponse` writes to its stream over the Runtime API's socket.
 *
 * @see contract 1.4
 */
const { Writable } = require('node:stream')
const { completeCallbackContext } = require('./context.cjs')
const { toResponse, callbackGeneration, promiseGeneration } = require('./errors.cjs')

const { setImmediate } = globalThis

const DEFAULT_CONTENT_TYPE = 'application/octet-stream'
const PRELUDE_CONTENT_TYPE = 'application/vnd.awslambda.http-integration-response'
const PRELUDE_END = new Uint8Array(8)

/** Marks a stream as an HTTP response. Status, headers and cookies go out before its body, with the first `write`. */
const HttpResponseStream = {
  from(stream, prelude) {
    stream.setContentType(PRELUDE_CONTENT_TYPE)
    const text = JSON.stringify(prelude)
    stream._onBeforeFirstWrite = write => {
      write(text)
      write(PRELUDE_END)
    }
    return stream
  },
}

/** Writes chunks to the Runtime API. The request begins with the first of them. */
class ResponseBody extends Writable {
  contentType = DEFAULT_CONTENT_TYPE
  trailers = ''
  /** Settles when the Runtime API has answered. */
  answered
  #open
  #request

  constructor(client, id, highWaterMark) {
    super(highWaterMark === undefined ? {} : { highWaterMark })
    this.answered = new Promise(resolve => {
      this.#open = () => {
        this.#request ??= client.stream(id, this.contentType, resolve)
        return this.#request
      }
    })
  }

  _write(chunk, _encoding, callback) {
    if (chunk.length === 0) callback()
    else this.#open().write(chunk, callback)
  }

  _final(callback) {
    this.#open().end(this.trailers, callback)
  }
}

const METHODS = [
  ...['cork', 'destroy', 'end', 'uncork'],
  ...['addListener', 'on', 'once', 'prependListener', 'prependOnceListener', 'off', 'removeListener', 'removeAllListeners'],
  ...['setMaxListeners', 'getMaxListeners', 'listeners', 'rawListeners', 'listenerCount', 'eventNames', 'emit'],
]
const PROPERTIES = [
  ...['destroyed', 'writable', 'writableFinished', 'writableObjectMode', 'writableEnded', 'writableNeedDrain'],
  ...['writableHighWaterMark', 'writableCorked', 'writableLength'],
]

/** The stream that a handler gets. As AWS's, it has the methods of a Writable without being one. */
function openStream(client, id, highWaterMark, generation) {
  const body = new ResponseBody(client, id, highWaterMark)
  const stream = { _onBeforeFirstWrite: undefined }
  for (const method of METHODS) stream[method] = body[method].bind(body)
  for (const name of PROPERTIES) Object.defineProperty(stream, name, { get: () => body[name] })

  let written = false
  stream.setContentType = contentType => {
    if (written) throw new generation.InvalidStreamingOperation('Cannot set content-type, too late.')
    body.contentType = contentType
  }
  stream.write = (chunk, encoding, callback) => {
    const data = typeof chunk === 'string' || chunk instanceof Uint8Array ? chunk : JSON.stringify(chunk)
    if (!written && typeof stream._onBeforeFirstWrite === 'function') stream._onBeforeFirstWrite(prelude => body.write(prelude))
    const hasRoom = body.write(data, encoding, callback)
    written = true
    return hasRoom
  }

  return {
    stream,
    body,
    fail(error) {
      const response = toResponse(error, generation)
      const encoded = Buffer.from(JSON.stringify(response)).toString('base64')
      body.trailers =
        `Lambda-Runtime-Function-Error-Type: ${String(response.errorType).replace(/[\r\n]+/g, ' ')}\r\n` +
        `Lambda-Runtime-Function-Error-Body: ${encoded}\r\n`
      return new Promise(resolve => {
        body.end(resolve)
      })
    },
  }
}

async function runHandler(owner, event, stream, context, body) {
  const result = owner.handler(event, stream, context)
  if (typeof result?.then !== 'function') throw NOT_ASYNC
  if ((await result) !== undefined) console.warn('Streaming handlers ignore return values.')
  await body.answered
  if (!body.writableFinished) throw NOT_FINISHED
}

const NOT_ASYNC = 'Streaming does not support non-async handlers.'
const NOT_FINISHED = 'Response stream is not finished.'

/** A handler's `this`. Stack traces show its class name, which is AWS's, before anonymous handlers. */
class StreamingInvokeProcessor {}

/** For nodejs24.x and above. */
function promiseStreamer(client, handler, highWaterMark, logError) {
  const processor = new StreamingInvokeProcessor()
  processor.handler = handler
  return async (event, context) => {
    const { stream, body, fail } = openStream(client, context.awsRequestId, highWaterMark, promiseGeneration)
    try {
      await runHandler(processor, event, stream, context, body)
    } catch (thrown) {
      const error = thrown === NOT_ASYNC || thrown === NOT_FINISHED ? new Error(thrown) : thrown
      await new Promise(resolve => setImmediate(resolve))
      logError('Invoke Error', error)
      await fail(error)
    }
  }
}

/** For nodejs22.x and below. `runtime` has the handler, schedules and logs. */
function callbackStreamer(client, highWaterMark, runtime) {
  return async (id, headers, eventBody) => {
    let waits = true
    const context = {
      get callbackWaitsForEmptyEventLoop() {
        return waits
      },
      set callbackWaitsForEmptyEventLoop(value) {
        waits = value
      },
    }
    const { stream, body, fail } = openStream(client, id, highWaterMark, callbackGeneration)
    runtime.onEmptyLoop = () => runtime.schedule()
    try {
      completeCallbackContext(context, headers)
      await runHandler(runtime, JSON.parse(eventBody.toString()), stream, context, body)
    } catch (error) {
      runtime.logError('Invoke Error', error)
      await fail(error)
    }
    runtime.onEmptyLoop = () => {}
    if (!waits) runtime.schedule()
    else
      runtime.onEmptyLoop = () => {
        setImmediate(runtime.schedule)
      }
  }
}

module.exports = { HttpResponseStream, promiseStreamer, callbackStreamer }
