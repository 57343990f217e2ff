import type { LambdaFunction } from '../../model/lambda-function.ts'
import { now } from '../../platform/clock.ts'

/** What differs between backends: paths and addresses as the function sees them. */
export interface EnvironmentLayout {
  /** `host:port` of the Runtime API. */
  readonly runtimeApi: string
  readonly logStreamName: string
  /** `/var/task` or, like the next two, another folder in its role. */
  readonly taskRoot: string
  readonly opt: string
  readonly runtimeDirectory: string
  readonly path: string
}

/** `2026/11/24/[$LATEST]<id>`. Each environment has its own log stream. @see contract 4.4 */
export function logStreamName(instanceId: string, epochMs: number = now()): string {
  return `${new Date(epochMs).toISOString().slice(0, 10).replaceAll('-', '/')}/[$LATEST]${instanceId}`
}

/**
 * The variables that AWS sets, and the user's own. Those before the user's can be overridden, those after them can't.
 * @see contract 6.1
 */
export function lambdaVariables(fn: LambdaFunction, layout: EnvironmentLayout): Record<string, string> {
  const { credentials, loggingConfig } = fn
  return {
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    PATH: layout.path,
    LD_LIBRARY_PATH: `${layout.taskRoot}:${layout.taskRoot}/lib:${layout.opt}/lib`,
    AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
    AWS_XRAY_DAEMON_ADDRESS: '169.254.100.1:2000',
    _AWS_XRAY_DAEMON_ADDRESS: '169.254.100.1',
    _AWS_XRAY_DAEMON_PORT: '2000',
    ...languageVariables(fn, layout),
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
    AWS_LAMBDA_LOG_STREAM_NAME: layout.logStreamName,
    AWS_LAMBDA_RUNTIME_API: layout.runtimeApi,
    LAMBDA_TASK_ROOT: layout.taskRoot,
    LAMBDA_RUNTIME_DIR: layout.runtimeDirectory,
    ...(fn.handler === undefined ? {} : { _HANDLER: fn.handler }),
    ...(isManaged(fn.runtime) ? { AWS_EXECUTION_ENV: `AWS_Lambda_${fn.runtime}` } : {}),
    ...(loggingConfig.logFormat === 'JSON'
      ? { AWS_LAMBDA_LOG_FORMAT: 'JSON', AWS_LAMBDA_LOG_LEVEL: loggingConfig.applicationLogLevel ?? 'INFO' }
      : {}),
  }
}

/** Whether AWS provides the runtime: it is neither `provided.*` nor part of an image. */
export function isManaged(runtime: string | undefined): runtime is string {
  return runtime !== undefined && !runtime.startsWith('provided')
}

function languageVariables(fn: LambdaFunction, { opt, taskRoot, runtimeDirectory }: EnvironmentLayout): Record<string, string> {
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
