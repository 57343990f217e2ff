import type { InvokeResult } from '../../src/index.ts'

/** The payload or error of a result, without what changes from run to run. */
export function answerOf(result: InvokeResult<unknown>): string {
  if (result.ok) return brief(JSON.stringify(result.payload))
  const { errorType, errorMessage } = result.error
  return brief(`${errorType}: ${errorMessage}`.replaceAll(result.requestId, '<id>'))
}

/** Raw lines of the platform, with `<id>`, `<ms>` and `<MB>` for what changes. */
export function platformLines(result: InvokeResult<unknown>): string[] {
  return result.logs.filter(record => record.source === 'platform').map(record => general(record.raw, result.requestId))
}

/** Raw lines of the function. */
export function functionLines(result: InvokeResult<unknown>): string[] {
  return result.logs.filter(record => record.source === 'function').map(record => record.raw)
}

export function general(line: string, requestId: string): string {
  return line
    .replaceAll(requestId, '<id>')
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, '<time>')
    .replace(/\d+\.\d\d ms/g, '<ms>')
    .replace(/Billed Duration: \d+ ms/g, 'Billed Duration: <ms>')
    .replace(/Max Memory Used: \d+ MB/g, 'Max Memory Used: <MB>')
}

export function brief(text: string): string {
  return text.length > 200 ? `${text.slice(0, 199)}…` : text
}
