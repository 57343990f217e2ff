/**
 * How the process backend's environments are recognised, wherever their processes went: the value of `AWS_LAMBDA_LOG_STREAM_NAME`,
 * a variable that AWS sets too, ends with the instance's id, and an instance's id begins with its session's.
 */
export const markerVariable = 'AWS_LAMBDA_LOG_STREAM_NAME'

/** The session's id in an instance's. */
export function sessionOf(instanceId: string): string {
  return instanceId.slice(0, 16)
}

/** The instance id in an environment (entries ended by NUL, blank or line), if it carries our marker. */
export function findMarker(environment: string): string | undefined {
  return /(?:^|[\0 ])AWS_LAMBDA_LOG_STREAM_NAME=\d{4}\/\d\d\/\d\d\/\[\$LATEST\]([0-9a-f]{32})(?=[\0 \n]|$)/.exec(environment)?.[1]
}
