import { RuntimeError } from '../../errors/runtime-error.ts'
import type { InvocationRequest } from '../../model/invocation.ts'
import type { LambdaFunction } from '../../model/lambda-function.ts'

const PHRASES = {
  INSTANCE_LOST: 'is gone',
  INVOCATION_FAILED: 'went away during an invocation',
  INSTANCE_START_FAILED: 'could not be started',
} as const

/** Tells when the sandbox was lost: before an invocation had reached it, during one, or before it had started. */
export type LostCode = keyof typeof PHRASES

export function lostError(
  code: LostCode,
  { fn, backend, instance, cause }: { fn: LambdaFunction; backend: string; instance: string; cause: Error | undefined },
): RuntimeError {
  const { functionName } = fn
  const message = `The execution environment of "${functionName}" on ${backend} ${PHRASES[code]}: ${cause?.message}`
  return new RuntimeError(code, message, { data: { functionName, backend, instance }, cause })
}

export function abortedError({ functionName }: LambdaFunction, request?: InvocationRequest): RuntimeError {
  return new RuntimeError(
    'INVOCATION_ABORTED',
    `The invocation of "${functionName}" was aborted by its signal. Its instance starts a new runtime.`,
    { data: { functionName, requestId: request?.requestId }, cause: request?.signal?.reason },
  )
}
