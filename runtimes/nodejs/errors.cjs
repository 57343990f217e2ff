'use strict'
/**
 * Converts errors to the forms of the Runtime API, of log lines and of X-Ray.
 *
 * The two generations of AWS's client differ in which values count as errors and in how their own error classes look, so each has
 * its own set of classes.
 *
 * @see contract 2.4, 2.6
 */

const UNREADABLE =
  'callback called with Error argument, but there was a problem while retrieving one or more of its message, name, and stack'

/** AWS escapes DEL in these texts. */
function escapeDel(text) {
  return text?.replaceAll('\x7F', '%7F')
}

/**
 * The error body for the Runtime API. It has `trace` where Lambda's own API has `stackTrace`.
 * @param {{ isError(value: unknown): boolean, toTrace(stack: unknown): string[], traceOfUnreadable?: string[] }} generation
 */
function toResponse(thrown, generation) {
  try {
    if (!generation.isError(thrown)) return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] }
    return {
      errorType: escapeDel(thrown.name),
      errorMessage: escapeDel(thrown.message),
      trace: generation.toTrace(thrown.stack),
    }
  } catch {
    return { errorType: 'handled', errorMessage: UNREADABLE, trace: generation.traceOfUnreadable }
  }
}

/** What a text log shows after `Invoke Error`. */
function toLogError(error, generation) {
  try {
    return `\t${JSON.stringify(error, (_key, value) => (value instanceof Error ? withHiddenProperties(value) : value))}`
  } catch {
    return `\t${JSON.stringify(toResponse(error, generation))}`
  }
}

function withHiddenProperties(error) {
  const all = { errorType: error.name, errorMessage: error.message, code: error.code, ...error }
  if (typeof error.stack === 'string') all.stack = error.stack.split('\n')
  return all
}

/** The X-Ray cause, or '' if the error can't be described. */
function toXrayCause(error) {
  try {
    const stack = (escapeDel(error.stack) || '').split('\n').slice(1).map(parseFrame)
    return JSON.stringify({
      working_directory: process.cwd(),
      exceptions: [{ type: escapeDel(error.name), message: escapeDel(error.message), stack }],
      paths: [...new Set(stack.map(frame => frame.path))],
    })
  } catch {
    return ''
  }
}

function parseFrame(line) {
  const words = line.trim().replace(/[()]/g, '')
  const place = words.slice(words.indexOf(' ') + 1)
  const space = place.lastIndexOf(' ')
  const [path, number] = place.slice(space + 1).split(':')
  return { path, line: Number.parseInt(number, 10), label: space > 0 ? place.slice(0, space) : 'anonymous' }
}

/** An error class whose instances have a `name` of their own, `Runtime.<name>`, which logs show as AWS's newer client does. */
function ownNamed(className, name) {
  const type = class extends Error {
    constructor(message) {
      super(message)
      this.name = `Runtime.${name}`
    }
  }
  return Object.defineProperty(type, 'name', { value: className })
}

/** An error class whose prototype has the name `Runtime.<name>`, so that stacks begin with it. */
function prototypeNamed(name) {
  const type = class extends Error {}
  type.prototype.name = `Runtime.${name}`
  return Object.defineProperty(type, 'name', { value: name })
}

const promiseGeneration = {
  ImportModuleError: ownNamed('ImportModuleError', 'ImportModuleError'),
  HandlerNotFound: ownNamed('HandlerNotFoundError', 'HandlerNotFound'),
  MalformedHandlerName: ownNamed('MalformedHandlerNameError', 'MalformedHandlerName'),
  UserCodeSyntaxError: ownNamed('UserCodeSyntaxError', 'UserCodeSyntaxError'),
  MalformedStreamingHandler: ownNamed('MalformedStreamingHandler', 'MalformedStreamingHandler'),
  InvalidStreamingOperation: ownNamed('InvalidStreamingOperation', 'InvalidStreamingOperation'),
  CallbackHandlerDeprecated: ownNamed('CallbackHandlerDeprecatedError', 'CallbackHandlerDeprecated'),
  JSONStringifyError: ownNamed('JSONStringifyError', 'JSONStringifyError'),
  PlatformError: ownNamed('PlatformError', 'PlatformError'),
  isError: value => value instanceof Error,
  toTrace: stack => escapeDel(stack)?.split('\n') ?? [],
  traceOfUnreadable: [],
  intoError: thrown => (thrown instanceof Error ? thrown : new Error(String(thrown))),
}

const callbackGeneration = {
  ImportModuleError: prototypeNamed('ImportModuleError'),
  HandlerNotFound: prototypeNamed('HandlerNotFound'),
  MalformedHandlerName: prototypeNamed('MalformedHandlerName'),
  UserCodeSyntaxError: prototypeNamed('UserCodeSyntaxError'),
  MalformedStreamingHandler: prototypeNamed('MalformedStreamingHandler'),
  InvalidStreamingOperation: prototypeNamed('InvalidStreamingOperation'),
  NodeJsExit: prototypeNamed('NodeJsExit'),
  UnhandledPromiseRejection: prototypeNamed('UnhandledPromiseRejection'),
  /** Throws for an error without a stack, which makes it unreadable. */
  toTrace: stack => stack.replaceAll('\x7F', '%7F').split('\n'),
  traceOfUnreadable: undefined,
  /** Errors of another realm and whatever looks like an error count, too. */
  isError: value =>
    require('node:util').types.isNativeError(value) ||
    (value?.name &&
      value.message &&
      value.stack &&
      [value.name, value.message, value.stack].every(part => typeof part === 'string')),
  intoError: thrown => (thrown instanceof Error ? thrown : new Error(thrown)),
}

module.exports = { toResponse, toLogError, toXrayCause, promiseGeneration, callbackGeneration }
