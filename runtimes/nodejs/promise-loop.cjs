'use strict'
/**
 * nodejs24.x and above: a handler answers with the promise it returns, and nothing else delays the answer. Uncaught exceptions,
 * unhandled rejections and an empty event loop have Node's own effects.
 *
 * @see contract 5
 */
const { promiseContext } = require('./context.cjs')
const { toResponse, toXrayCause, promiseGeneration } = require('./errors.cjs')
const { loadHandler, streamingGlobal, streamingOf } = require('./handler.cjs')
const { InvokeStore, REQUEST_ID, X_RAY_TRACE_ID } = require('./invoke-store.cjs')
const { patchConsole } = require('./console.cjs')
const { stringify } = require('./stringify.cjs')

const { setImmediate } = globalThis

/** @param {import('./client.cjs').RuntimeApiClient} client */
async function run(client, root, name, hasGlobal) {
  const store = new InvokeStore()
  if (hasGlobal) {
    globalThis.awslambda = { ...globalThis.awslambda }
    Object.defineProperties(globalThis.awslambda, Object.getOwnPropertyDescriptors(streamingGlobal))
    globalThis.awslambda.InvokeStore = store
  }
  const logError = patchConsole({
    requestId: () => store.getRequestId(),
    tenantId: () => store.getTenantId() || undefined,
    firstErrorOf: (_message, params) => params.find(param => param instanceof Error),
    errors: promiseGeneration,
  })
  const handler = await initialise(client, root, name, logError)
  const { streaming, highWaterMark } = streamingOf(handler, promiseGeneration)
  const handle = streaming ? require('./streaming.cjs').promiseStreamer(client, handler, highWaterMark, logError) : buffered
  const processor = new BufferedInvokeProcessor()
  processor.handler = handler

  for (;;) {
    const { headers, body } = await client.next()
    const context = promiseContext(headers)
    const event = JSON.parse(body.toString())
    const values = { [REQUEST_ID]: context.awsRequestId, [X_RAY_TRACE_ID]: context.xRayTraceId }
    await store.run(values, () => handle(event, context))
  }

  async function buffered(event, context) {
    try {
      const result = await processor.handler(event, context)
      await nextTurn()
      client.respond(context.awsRequestId, stringify(result, promiseGeneration.JSONStringifyError))
    } catch (error) {
      await nextTurn()
      logError('Invoke Error', error)
      client.fail(context.awsRequestId, JSON.stringify(toResponse(error, promiseGeneration)), toXrayCause(error))
    }
  }
}

/** A handler's `this`. Stack traces show its class name, which is AWS's, before anonymous handlers. */
class BufferedInvokeProcessor {}

async function initialise(client, root, name, logError) {
  try {
    const handler = await loadHandler(root, name, 'promise', promiseGeneration)
    const { streaming } = streamingOf(handler, promiseGeneration)
    if (handler.length >= 3 && !streaming) throw new promiseGeneration.CallbackHandlerDeprecated(CALLBACKS_REMOVED)
    return handler
  } catch (error) {
    logError('Init Error', error)
    const response = toResponse(error, promiseGeneration)
    await client.failInit(response.errorType, JSON.stringify(response))
    throw error
  }
}

const CALLBACKS_REMOVED =
  'ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. You need to modify this function to use a supported handler signature to use Node.js 24 or later. For more information see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html.'

/** Lets due timers and I/O run before an answer goes out. */
function nextTurn() {
  return new Promise(resolve => setImmediate(resolve))
}

module.exports = { run }
