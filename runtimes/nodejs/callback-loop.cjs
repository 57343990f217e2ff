'use strict'
/**
 * nodejs22.x and below: a handler answers with a promise, with `callback`, or with `context.done`, `succeed` or `fail`. After
 * `callback`, the answer waits for an empty event loop unless `callbackWaitsForEmptyEventLoop` is false. An exception outside the
 * handler ends the process.
 *
 * @see contract 5
 */
const { completeCallbackContext } = require('./context.cjs')
const { toResponse, toXrayCause, callbackGeneration } = require('./errors.cjs')
const { loadHandler, streamingGlobal, streamingOf } = require('./handler.cjs')
const { patchConsole } = require('./console.cjs')
const { stringify } = require('./stringify.cjs')

const { setImmediate } = globalThis
const exit = process.exit.bind(process)

const UNCAUGHT_EXCEPTION = 129
const UNHANDLED_REJECTION = 128

/** AWS's names, which libraries read. */
const REQUEST_ID = Symbol.for('aws.lambda.runtime.requestId')
const TENANT_ID = Symbol.for('aws.lambda.runtime.tenantId')

const NEVER_SETTLED =
  'The Lambda runtime client detected an unexpected Node.js exit code. This is most commonly caused by a Promise that was never settled. For more information, see https://nodejs.org/docs/latest/api/process.html#exit-codes'

/** @param {import('./client.cjs').RuntimeApiClient} client */
async function run(client, root, name, hasGlobal) {
  const logError = patchConsole({
    requestId: () => globalThis[REQUEST_ID],
    tenantId: () => globalThis[TENANT_ID],
    firstErrorOf: (message, params) => [message, ...params].find(param => param instanceof Error),
    errors: callbackGeneration,
  })
  const runtime = new Runtime(client, logError)
  if (hasGlobal) globalThis.awslambda = Object.defineProperties({}, Object.getOwnPropertyDescriptors(streamingGlobal))
  try {
    const handler = await loadHandler(root, name, 'callback', callbackGeneration)
    runtime.start(handler, streamingOf(handler, callbackGeneration))
  } catch (error) {
    // AWS's client awaits its init at the top level of an ES module, where a failure is an uncaught exception.
    setImmediate(() => {
      throw error
    })
  }
}

class Runtime {
  #client
  /** Called as a method, because stack traces show the class name of AWS's client before anonymous handlers. */
  handler
  #isAsync
  #streamer
  #initFailed = false
  logError
  /** What an exception outside the handler and an empty event loop do during the current invocation. */
  #onFatal
  onEmptyLoop = () => {}

  constructor(client, logError) {
    this.#client = client
    this.logError = logError
    this.#onFatal = (error, code) => {
      this.#initFailed = true
      const response = toResponse(error, callbackGeneration)
      client.failInit(response.errorType, JSON.stringify(response)).then(() => exit(code))
    }
    process.on('uncaughtException', error => {
      logError('Uncaught Exception', error)
      this.#onFatal(error, UNCAUGHT_EXCEPTION)
    })
    process.on('unhandledRejection', (reason, promise) => {
      const error = new callbackGeneration.UnhandledPromiseRejection(reason)
      Object.assign(error, { reason, promise })
      logError('Unhandled Promise Rejection', error)
      this.#onFatal(error, UNHANDLED_REJECTION)
    })
    process.on('beforeExit', () => this.onEmptyLoop())
  }

  start(handler, { streaming, highWaterMark }) {
    this.handler = handler
    this.#isAsync = handler.constructor?.name === 'AsyncFunction'
    if (streaming) this.#streamer = require('./streaming.cjs').callbackStreamer(this.#client, highWaterMark, this)
    this.schedule()
  }

  schedule = () => {
    setImmediate(() => {
      // A process that is about to end must not take another event.
      if (this.#initFailed) return
      this.#handleOne().catch(error => {
        console.log(`Unexpected Top Level Error: ${error}`)
        this.#onFatal(error, UNCAUGHT_EXCEPTION)
      })
    })
  }

  async #handleOne() {
    const { headers, body } = await this.#client.next()
    const id = headers['lambda-runtime-aws-request-id']
    globalThis[REQUEST_ID] = id
    globalThis[TENANT_ID] = headers['lambda-runtime-aws-tenant-id']
    this.#onFatal = (error, code) => {
      this.#client.failAndExit(id, JSON.stringify(toResponse(error, callbackGeneration)), toXrayCause(error), code)
    }
    if (this.#streamer !== undefined) return this.#streamer(id, headers, body)

    const answers = this.#answers(id)
    this.onEmptyLoop = () => {
      answers.markAnswered()
      if (this.#isAsync) this.#postError(id, new callbackGeneration.NodeJsExit(NEVER_SETTLED))
      else this.#client.respond(id, 'null')
      this.schedule()
    }
    try {
      const result = this.handler(
        JSON.parse(body.toString()),
        completeCallbackContext(answers.context, headers),
        answers.callback,
      )
      if (typeof result?.then === 'function') {
        const { succeed, fail } = answers.context
        result.then(succeed, fail).catch(fail)
      }
    } catch (error) {
      answers.callback(error)
    }
  }

  #postError(id, error) {
    this.logError('Invoke Error', error)
    this.#client.fail(id, JSON.stringify(toResponse(error, callbackGeneration)), toXrayCause(error))
  }

  /** The ways in which a handler of this generation can answer. Only the first counts. */
  #answers(id) {
    let answered = false
    let waits = true
    let first = true

    const once = answer => (error, result) => {
      if (!first) return
      answer(error, result)
      // Set last: if the result can't be serialised, the error must still get through.
      first = false
    }
    const postError = error => {
      this.#postError(id, error)
      this.schedule()
    }
    const postResult = result => {
      if (answered) {
        console.error('Invocation has already been reported as done. Cannot call complete more than once per invocation.')
        return
      }
      answered = true
      this.#client.respond(id, stringify(result, Error))
      this.schedule()
    }
    const done = (error, result) => {
      this.onEmptyLoop = () => {}
      if (error !== undefined && error !== null) postError(error)
      else postResult(result)
    }
    const callback = (error, result) => {
      if ((error !== undefined && error !== null) || !waits) {
        done(error, result)
        return
      }
      this.onEmptyLoop = () => {
        setImmediate(() => postResult(result))
      }
    }

    return {
      callback: once(callback),
      markAnswered: () => {
        answered = true
      },
      context: {
        get callbackWaitsForEmptyEventLoop() {
          return waits
        },
        set callbackWaitsForEmptyEventLoop(value) {
          waits = value
        },
        succeed: once(result => done(null, result)),
        fail: once(error => done(error ?? 'handled')),
        done: once(done),
      },
    }
  }
}

module.exports = { run }
