import { callSite, describeSite } from './fixtures/call-site.ts'
import { setDefaults } from './fixtures/configure.ts'
import { parseDefaults } from './fixtures/definition/settled-options.ts'
import type { Defaults } from './fixtures/options.ts'

/**
 * Defaults for this test run: call it in a setup file.
 *
 * @example configure({ memorySize: 512, printLogs: 'always' })
 * @throws OptionsError
 */
export function configure(defaults: Defaults): void {
  setDefaults(parseDefaults(defaults, { where: `configure() at ${describeSite(callSite())}`, baseDirectory: process.cwd() }))
}

export type {
  BackendHandle,
  BackendName,
  CodeZip,
  DeployId,
  ImageBuild,
  LambdaBackend,
  LambdaFunction,
  LayerZip,
  ReapReport,
  WarmInstance,
} from './backends/backend.ts'
export { FunctionError } from './errors/function-error.ts'
export { InvokeApiError } from './errors/invoke-api-error.ts'
export { OptionsError, type OptionsIssue } from './errors/options-error.ts'
export { RuntimeError, type RuntimeErrorCode } from './errors/runtime-error.ts'
export type { BundleOptions, Code } from './fixtures/code-options.ts'
export type { AsyncInvocation, Instance, InvocationStream, InvokeOptions, LambdaHandle } from './fixtures/handle.ts'
export type { AnyHandler, EventOf, Jsonify, ResultOf, Wire } from './fixtures/inference.ts'
export type { Lambda } from './fixtures/lambda-type.ts'
export { launch } from './fixtures/launch.ts'
export type {
  BuiltImageFunction,
  CommonOptions,
  EntryFunction,
  ImageFunction,
  ImageOptions,
  LambdaOptions,
  LaunchContext,
  Lazy,
  NodeRuntime,
  Runtime,
  Updatable,
  ZipFunction,
} from './fixtures/options.ts'
export { session, type TestSession } from './fixtures/session.ts'
export type {
  FailureReason,
  Invocation,
  InvokeFailure,
  InvokeResult,
  InvokeSuccess,
  LogLevel,
  LogPattern,
  LogRecord,
  RemoteError,
  Report,
} from './invocations/result.ts'
export { assertFailed, assertSucceeded } from './matchers/assertions.ts'
export type { SessionResource } from './reaper/left/session-resource.ts'
