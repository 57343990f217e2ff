import { RuntimeError } from '../../errors/runtime-error.ts'
import type { InvocationRequest } from '../../model/invocation.ts'
import type { LambdaFunction } from '../../model/lambda-function.ts'

const WHAT = {
  INSTANCE_LOST: 'is gone',
  INVOCATION_FAILED: 'went away during an invocation',
  INSTANCE_START_FAILED: 'could not be started',
} as const

/** What had happened to the environment's invocation when its place was lost. */
export type LostCode = keyof typeof WHAT

export function lostError(
  code: LostCode,
  { fn, backend, instance, cause }: { fn: LambdaFunction; backend: string; instance: string; cause: Error | undefined },
): RuntimeError {
  const { functionName } = fn
  const message = `The execution environment of "${functionName}" on ${backend} ${WHAT[code]}: ${cause?.message}`
  return new RuntimeError(code, message, { data: { functionName, backend, instance }, cause })
}

export function abortedError({ functionName }: LambdaFunction, request?: InvocationRequest): RuntimeError {
  return new RuntimeError(
    'INVOCATION_ABORTED',
    `The invocation of "${functionName}" was given up by its signal; its instance is restarted.`,
    { data: { functionName, requestId: request?.requestId }, cause: request?.signal?.reason },
  )
}
