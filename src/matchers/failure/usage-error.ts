import { RuntimeError } from '../../errors/runtime-error.ts'

/**
 * The error for a matcher that was given something it cannot check. It is thrown with `.not` too, so that such an assertion never
 * passes by mistake.
 */
export function usageError(matcher: string, needs: string, received?: string): RuntimeError {
  const but = received === undefined ? '' : `, but received ${received}`
  return new RuntimeError('MATCHER_MISUSED', `${matcher} needs ${needs}${but}`, { data: { matcher } })
}
