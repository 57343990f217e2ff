/**
 * The variable that marks all processes of an instance of the process backend. AWS sets it, too. Its value ends with the instance's
 * id, which begins with the id of its session.
 */
export const MARKER_VARIABLE = 'AWS_LAMBDA_LOG_STREAM_NAME'

/** The instance id in a process's environment, if it carries the marker. Entries end with NUL, a blank or a line break. */
export function findMarker(environment: string): string | undefined {
  return /(?:^|[\0 ])AWS_LAMBDA_LOG_STREAM_NAME=\d{4}\/\d\d\/\d\d\/\[\$LATEST\]([0-9a-f]{32})(?=[\0 \n]|$)/.exec(environment)?.[1]
}
