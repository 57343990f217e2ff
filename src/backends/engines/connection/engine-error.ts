/** What dockerode throws. Without a status code, the engine did not answer. */
export interface EngineError extends Error {
  readonly statusCode?: number
}

/** For `catch`: turns "it does not exist" into `undefined`, and throws every other error again. */
export function undefinedIfAbsent(error: EngineError): undefined {
  if (error.statusCode !== 404) throw error
}
