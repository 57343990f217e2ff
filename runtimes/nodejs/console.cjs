'use strict'
/**
 * Patches `console.*` as AWS's clients do: one line for each entry, with time, request id and level, as text or JSON, to stdout or, in
 * frames, to the descriptor in `_LAMBDA_TELEMETRY_LOG_FD`.
 *
 * @see contract 4.3
 */
const { format } = require('node:util')
const { toLogError } = require('./errors.cjs')

const LEVELS = {
  __proto__: null,
  TRACE: 1,
  DEBUG: 2,
  INFO: 3,
  WARN: 4,
  ERROR: 5,
  FATAL: 6,
}

/**
 * Patches the global console. Returns a function that logs the runtime's own errors.
 * @param {{ requestId(): string | undefined, tenantId(): string | undefined, firstErrorOf(message: unknown, params: unknown[]): Error | undefined,
 *   errors: typeof import('./errors.cjs').promiseGeneration }} generation how the two generations of AWS's client differ
 * @returns {(title: string, thrown: unknown) => void}
 */
function patchConsole(generation) {
  const json = process.env.AWS_LAMBDA_LOG_FORMAT?.toUpperCase() === 'JSON'
  const least = LEVELS[process.env.AWS_LAMBDA_LOG_LEVEL?.toUpperCase()] ?? LEVELS.TRACE
  const write = openSink(json)
  const toLine = json ? jsonLine : textLine

  for (const method of ['trace', 'debug', 'info', 'warn', 'error', 'fatal']) {
    const level = method.toUpperCase()
    console[method] =
      LEVELS[level] < least
        ? () => {}
        : (message, ...params) => {
            const now = new Date()
            write(LEVELS[level], now, toLine(generation, now, level, message, params))
          }
  }
  console.log = console.info

  return json
    ? (_title, thrown) => console.error(generation.errors.intoError(thrown))
    : (title, thrown) => console.error(title, toLogError(generation.errors.intoError(thrown), generation.errors))
}

function textLine(generation, now, level, message, params) {
  return `${now.toISOString()}\t${generation.requestId()}\t${level}\t${format(message, ...params)}`
}

function jsonLine(generation, now, level, message, params) {
  const entry = { timestamp: now.toISOString(), level, requestId: generation.requestId(), tenantId: generation.tenantId() }
  if (params.length === 0) {
    try {
      return JSON.stringify({ ...entry, message }, expandErrors)
    } catch {
      return JSON.stringify({ ...entry, message: format(message) })
    }
  }
  const error = generation.firstErrorOf(message, params)
  return JSON.stringify({ ...entry, message: format(message, ...params), ...(error === undefined ? {} : describe(error, [])) })
}

function expandErrors(_key, value) {
  return value instanceof Error ? { ...describe(value, value.stack), ...value } : value
}

function describe(error, withoutStack) {
  return {
    errorType: error.constructor?.name ?? 'UnknownError',
    errorMessage: error.message,
    stackTrace: typeof error.stack === 'string' ? error.stack.split('\n') : withoutStack,
  }
}

/** On stdout an entry is one line, so its line breaks become `\r`. Frames keep them. */
function openSink(json) {
  const fd = Number(process.env._LAMBDA_TELEMETRY_LOG_FD)
  delete process.env._LAMBDA_TELEMETRY_LOG_FD
  if (Number.isInteger(fd) && fd > 0) return require('./telemetry.cjs').openFrames(fd, json)
  return (_level, _now, line) => process.stdout.write(`${line.replace(/\n/g, '\r')}\n`)
}

module.exports = { patchConsole }
