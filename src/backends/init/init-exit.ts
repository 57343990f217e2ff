const REASONS: ReadonlyMap<number, string> = new Map([
  [64, 'its init was given a wrong setting'],
  [71, 'the system refused something that its init needs'],
  [75, 'its init had no connection to the test process for too long'],
])

/** Why the init of a container ended with this exit code, or `undefined` if the code is not the init's own. @see init/README.md */
export function initExitReason(exitCode: number): string | undefined {
  return REASONS.get(exitCode)
}
