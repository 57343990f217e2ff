import { RuntimeError } from '../../errors/runtime-error.ts'

/** A matcher was used in a way that can be neither right nor wrong: thrown for both polarities, so that no `.not` passes by mistake. */
export function usageError(matcher: string, message: string): RuntimeError {
  return new RuntimeError('MATCHER_MISUSED', `${matcher} ${message}`, { data: { matcher } })
}
