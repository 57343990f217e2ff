export type { BackendHandle, BackendName, LambdaBackend, WarmInstance } from './backends/backend.ts'
export { InvokeApiError } from './errors/invoke-api-error.ts'
export { OptionsError, type OptionsIssue } from './errors/options-error.ts'
export { RuntimeError, type RuntimeErrorCode } from './errors/runtime-error.ts'
export { configure } from './fixtures/declare/configure.ts'
export type { Lambda } from './fixtures/declare/create-lambda.ts'
export { launch } from './fixtures/declare/launch.ts'
export type { AsyncInvocation, Instance, InvocationStream, InvokeOptions, LambdaHandle } from './fixtures/handle/handle.ts'
export type { AnyHandler, EventOf, Jsonify, ResultOf, Wire } from './fixtures/handle/inference.ts'
export type { BundleOptions } from './fixtures/options/checks/bundle.ts'
export type { Code } from './fixtures/options/checks/code.ts'
export type { ImageOptions } from './fixtures/options/checks/image.ts'
export type { NodeRuntime, Runtime } from './fixtures/options/checks/runtime.ts'
export type {
  BuiltImageFunction,
  CommonOptions,
  EntryFunction,
  ImageFunction,
  LambdaOptions,
  Updatable,
  ZipFunction,
} from './fixtures/options/lambda-options.ts'
export type { LaunchContext, Lazy } from './fixtures/options/lazy.ts'
export { session, type TestSession } from './fixtures/session/test-session.ts'
export { assertFailed, assertSucceeded } from './matchers/assertions.ts'
export type { LogPattern } from './matchers/logs/log-pattern.ts'
export type { CodeZip, DeployId, LayerZip, PackageEntry } from './model/code-package.ts'
export { FunctionError } from './model/function-error.ts'
export type { ImageBuild, LambdaFunction } from './model/lambda-function.ts'
export type { LogLevel, LogRecord } from './model/log-record.ts'
export type { ReapReport } from './model/reap-report.ts'
export type { Report } from './model/report.ts'
export type {
  FailureReason,
  Invocation,
  InvokeFailure,
  InvokeResult,
  InvokeSuccess,
  RemoteError,
} from './model/result.ts'
export type { SessionResource } from './model/session-resource.ts'
