import type { InvocationRequest } from '../../model/invocation.ts'

/** The headers of `/next`. @see contract 1.2 */
export function invocationHeaders(request: InvocationRequest, deadlineMs: number): string[] {
  const headers = [
    'Content-Type',
    'application/json',
    'Lambda-Runtime-Aws-Request-Id',
    request.requestId,
    'Lambda-Runtime-Deadline-Ms',
    String(Math.floor(deadlineMs)),
    'Lambda-Runtime-Invoked-Function-Arn',
    request.invokedFunctionArn,
  ]
  if (request.traceId !== undefined) headers.push('Lambda-Runtime-Trace-Id', request.traceId)
  if (request.clientContext !== undefined) headers.push('Lambda-Runtime-Client-Context', latin1(request.clientContext))
  return headers
}

// Headers are sent as bytes, and Node.js takes one character for each byte of the UTF-8 text.
const latin1 = (text: string): string => Buffer.from(text, 'utf8').toString('latin1')
