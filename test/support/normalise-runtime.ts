/** What two runtimes did, without what must differ: times, temporary paths, and stack frames of the runtimes themselves. */
import type { RuntimeOutcome } from './run-runtime.ts'
import type { RecordedRequest } from './runtime-api-double.ts'

export interface ComparableOutcome {
  readonly requests: readonly unknown[]
  readonly stdout: readonly string[]
  readonly stderr: readonly string[]
  readonly exit: RuntimeOutcome['exit']
}

export function comparable(outcome: RuntimeOutcome): ComparableOutcome {
  return {
    requests: outcome.requests.map(request => comparableRequest(request, outcome.root)),
    stdout: withoutPlaces(outcome.stdout, outcome.root).split('\n').map(comparableLine),
    stderr: withoutFrames(withoutSource(withoutPlaces(outcome.stderr, outcome.root)).split('\n')).filter(
      line => !line.startsWith('Node.js v'),
    ),
    exit: outcome.exit,
  }
}

function comparableRequest(request: RecordedRequest, root: string): unknown {
  const cause = request.headers['lambda-runtime-function-xray-error-cause']
  const trailerBody = request.trailers['lambda-runtime-function-error-body']
  return {
    line: `${request.method} ${request.path}`,
    contentType: request.headers['content-type'],
    errorType: request.headers['lambda-runtime-function-error-type'],
    responseMode: request.headers['lambda-runtime-function-response-mode'],
    transferEncoding: request.headers['transfer-encoding'],
    trailer: request.headers.trailer,
    cause: typeof cause === 'string' ? comparableBody(latin1AsUtf8(cause), root) : undefined,
    trailerType: request.trailers['lambda-runtime-function-error-type'],
    trailerBody: trailerBody === undefined ? undefined : comparableBody(Buffer.from(trailerBody, 'base64').toString(), root),
    body: comparableBody(request.body, root),
  }
}

function latin1AsUtf8(text: string): string {
  return Buffer.from(text, 'latin1').toString()
}

function comparableBody(body: string, root: string): unknown {
  const text = withoutPlaces(body, root)
  let parsed: any
  try {
    parsed = JSON.parse(text)
  } catch {
    return text
  }
  if (Array.isArray(parsed?.trace)) parsed.trace = withoutFrames(parsed.trace)
  if (Array.isArray(parsed?.exceptions)) {
    for (const exception of parsed.exceptions) exception.stack = exception.stack.filter((frame: any) => isOwnPlace(frame.path))
    parsed.paths = parsed.paths.filter(isOwnPlace)
  }
  // As text, since the order of keys is part of what AWS sends.
  return JSON.stringify(parsed)
}

function isOwnPlace(path: unknown): boolean {
  return typeof path === 'string' && path.includes('<root>')
}

function withoutPlaces(text: string, root: string): string {
  return text
    .replaceAll(root, '<root>')
    .replace(/(?:file:\/\/)?\/[^\s"\\]*aws-lambda-ric\/(?:dist\/)?index\.mjs/g, '/var/runtime/index.mjs')
    .replace(/(?:file:\/\/)?\/[^\s"\\]*\/runtimes\/nodejs\/[a-z-]+\.cjs/g, '/var/runtime/index.mjs')
    .replace(/\(node:\d+\)/g, '(node:<pid>)')
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, '<time>')
}

/** A log line holds a stack as an array in JSON, as text in JSON, or with `\r` for line breaks; what follows its last frame stays. */
export function comparableLine(line: string): string {
  const isOwn = (frame: string) => (frame.includes('<root>') ? frame : '')
  return line
    .replace(/,"\s+at [^"]*"/g, isOwn)
    .replace(/\\n\s+at (?:(?!\\n|"| \{).)*/g, isOwn)
    .replace(/[\r\n]\s+at (?:(?![\r\n]| \{| then).)*/g, isOwn)
}

/** Node prints the line that threw: a runtime's own is its own affair. */
function withoutSource(stderr: string): string {
  return stderr.replace(/^\/var\/runtime\/index\.mjs:\d+\n(?:.+\n)*\n/, '')
}

function withoutFrames(lines: readonly string[]): string[] {
  return lines
    .filter(line => !/^\s+at /.test(line) || line.includes('<root>'))
    .map(line => (/^\s+at /.test(line) ? line.replace(/ \{$/, '') : line))
}
