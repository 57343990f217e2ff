import type { LambdaFunction } from '../../model/lambda-function.ts'
import { now } from '../../platform/clock.ts'

/** What differs between backends: where things are. */
export interface EnvironmentPlaces {
  /** `host:port` of the Runtime API. */
  readonly runtimeApi: string
  readonly logStreamName: string
  /** `/var/task`, `/opt` and `/var/runtime`, or what plays their role. */
  readonly taskRoot: string
  readonly opt: string
  readonly runtimeDirectory: string
  readonly path: string
}

/** `2026/11/24/[$LATEST]<id>`: one stream an environment. @see contract 4.4 */
export function logStreamName(instanceId: string, epochMs: number = now()): string {
  return `${new Date(epochMs).toISOString().slice(0, 10).replaceAll('-', '/')}/[$LATEST]${instanceId}`
}

/**
 * Exactly the variables AWS sets, and the user's own. What users may override stands before theirs, what they may not behind.
 * @see contract 6.1
 */
export function lambdaVariables(fn: LambdaFunction, places: EnvironmentPlaces): Record<string, string> {
  const { credentials, loggingConfig } = fn
  return {
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    PATH: places.path,
    LD_LIBRARY_PATH: `${places.taskRoot}:${places.taskRoot}/lib:${places.opt}/lib`,
    AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
    AWS_XRAY_DAEMON_ADDRESS: '169.254.100.1:2000',
    _AWS_XRAY_DAEMON_ADDRESS: '169.254.100.1',
    _AWS_XRAY_DAEMON_PORT: '2000',
    ...languageVariables(fn, places),
    ...fn.environment,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    ...(credentials.sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: credentials.sessionToken }),
    AWS_REGION: fn.region,
    AWS_DEFAULT_REGION: fn.region,
    AWS_LAMBDA_FUNCTION_NAME: fn.functionName,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(fn.memorySize),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${fn.functionName}`,
    AWS_LAMBDA_LOG_STREAM_NAME: places.logStreamName,
    AWS_LAMBDA_RUNTIME_API: places.runtimeApi,
    LAMBDA_TASK_ROOT: places.taskRoot,
    LAMBDA_RUNTIME_DIR: places.runtimeDirectory,
    ...(fn.handler === undefined ? {} : { _HANDLER: fn.handler }),
    ...(isManaged(fn.runtime) ? { AWS_EXECUTION_ENV: `AWS_Lambda_${fn.runtime}` } : {}),
    ...(loggingConfig.logFormat === 'JSON'
      ? { AWS_LAMBDA_LOG_FORMAT: 'JSON', AWS_LAMBDA_LOG_LEVEL: loggingConfig.applicationLogLevel ?? 'INFO' }
      : {}),
  }
}

/** A runtime that AWS brings, as opposed to `provided.*` and images. */
export function isManaged(runtime: string | undefined): runtime is string {
  return runtime !== undefined && !runtime.startsWith('provided')
}

function languageVariables(fn: LambdaFunction, { opt, taskRoot, runtimeDirectory }: EnvironmentPlaces): Record<string, string> {
  const node = /^nodejs(\d+)\.x$/.exec(fn.runtime ?? '')
  if (node !== null) {
    const folders = [
      `${opt}/nodejs/node${node[1]}/node_modules`,
      `${opt}/nodejs/node_modules`,
      `${runtimeDirectory}/node_modules`,
    ]
    return { NODE_PATH: [...folders, runtimeDirectory, taskRoot].join(':') }
  }
  if (fn.runtime?.startsWith('python')) return { PYTHONPATH: runtimeDirectory }
  return {}
}
