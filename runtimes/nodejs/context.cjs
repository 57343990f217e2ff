'use strict'
/**
 * Makes the `context` object from the headers of `/next` and the environment variables.
 *
 * @see contract 1.2, 6.1
 */
const { promiseGeneration } = require('./errors.cjs')

const REQUIRED_VARIABLES = [
  'AWS_LAMBDA_FUNCTION_NAME',
  'AWS_LAMBDA_FUNCTION_VERSION',
  'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
  'AWS_LAMBDA_LOG_GROUP_NAME',
  'AWS_LAMBDA_LOG_STREAM_NAME',
]

/** For nodejs24.x and above. Throws if the platform sent something wrong, which ends the process as on AWS. */
function promiseContext(headers) {
  const { env } = process
  // Read once, because each access asks the operating system.
  const functionName = env.AWS_LAMBDA_FUNCTION_NAME
  const functionVersion = env.AWS_LAMBDA_FUNCTION_VERSION
  const { memoryLimitInMB, logGroupName, logStreamName } = placeAndLogs()
  if (!(functionName && functionVersion && memoryLimitInMB && logGroupName && logStreamName)) {
    const missing = REQUIRED_VARIABLES.filter(name => !env[name])
    throw new promiseGeneration.PlatformError(`Missing required environment variables: ${missing.join(', ')}`)
  }
  const context = {
    clientContext: parseHeader(headers, 'lambda-runtime-client-context'),
    identity: parseHeader(headers, 'lambda-runtime-cognito-identity'),
    ...identification(headers),
    xRayTraceId: headers['lambda-runtime-trace-id'] ?? '',
    getRemainingTimeInMillis: remainingTime(headers),
    functionName,
    functionVersion,
    memoryLimitInMB,
    logGroupName,
    logStreamName,
  }
  exposeTraceId(headers)
  return context
}

function parseHeader(headers, name) {
  const text = headers[name]
  if (!text) return undefined
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new promiseGeneration.PlatformError(`Failed to parse ${name} as JSON: ${error.message}`)
  }
}

/** For nodejs22.x and below. Completes the object that has the callbacks. */
function completeCallbackContext(context, headers) {
  exposeTraceId(headers)
  return Object.assign(context, {
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    ...placeAndLogs(),
    clientContext: parseLegacyHeader(headers['lambda-runtime-client-context'], 'ClientContext'),
    identity: parseLegacyHeader(headers['lambda-runtime-cognito-identity'], 'CognitoIdentity'),
    ...identification(headers),
    getRemainingTimeInMillis: remainingTime(headers),
  })
}

function parseLegacyHeader(text, name) {
  if (!text) return undefined
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new Error(`Cannot parse ${name} as json: ${error}`)
  }
}

function identification(headers) {
  return {
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    awsRequestId: headers['lambda-runtime-aws-request-id'],
    tenantId: headers['lambda-runtime-aws-tenant-id'],
  }
}

function placeAndLogs() {
  return {
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
  }
}

function remainingTime(headers) {
  const deadline = Number(headers['lambda-runtime-deadline-ms'] ?? 0)
  return () => deadline - Date.now()
}

function exposeTraceId(headers) {
  const traceId = headers['lambda-runtime-trace-id']
  if (traceId) process.env._X_AMZN_TRACE_ID = traceId
  else delete process.env._X_AMZN_TRACE_ID
}

module.exports = { promiseContext, completeCallbackContext }
