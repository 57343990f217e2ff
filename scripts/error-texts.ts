import type { ErrorCode } from '../src/errors/error-codes.ts'

/** The cause and the fix of each code. The compiler asks for a row for each code. docs/errors.md is made from this table. */
export const ERROR_CODES: Readonly<Record<ErrorCode, { readonly cause: string; readonly fix: string }>> = {
  BACKEND_MISCONFIGURED: {
    cause: 'A setting of the kubernetes backend cannot be used: a variable, an option or the kubeconfig.',
    fix: 'Correct the setting that the message names.',
  },
  BACKEND_UNAVAILABLE: {
    cause:
      'The engine or the cluster that was asked for does not answer, or it refuses the connection. `data.reasons` lists each attempt.',
    fix: 'Start the engine, correct the address or the credentials, or choose another backend.',
  },
  BUNDLE_FAILED: {
    cause: 'esbuild could not bundle `entry`. The message holds its errors with file and line.',
    fix: 'Correct the code. For packages that cannot be bundled, use `bundle: { external: [...] }`.',
  },
  CODE_READ_FAILED: {
    cause: '`code` or a layer does not exist, cannot be read, or is neither a folder, nor a ZIP, nor files by name.',
    fix: 'Build it first, or correct the path. The message says which folder a relative path starts from.',
  },
  IMAGE_BUILD_FAILED: {
    cause: 'The engine could not build the image of `image`. The message holds the end of its output.',
    fix: 'Correct the Dockerfile. The message holds the command that builds the image by hand.',
  },
  IMAGE_PULL_FAILED: {
    cause: 'The engine does not have the image and could not pull it.',
    fix: 'Check the name, log in to the registry, or set `LAMBDA_FIXTURES_IMAGE_MIRROR`.',
  },
  INSTANCES_LEFT: {
    cause: 'The run has ended, but instances of it still exist: a worker crashed, or a handle of `launch()` was not terminated.',
    fix: 'Terminate each handle of `launch()`. The watchdog ends what is left within seconds.',
  },
  INSTANCE_LOST: {
    cause: 'The instance ended before the function can have seen the event: its container was removed, or the engine stopped.',
    fix: 'Find out who removed it. The pool repeats such an event on another instance once before it fails.',
  },
  INSTANCE_START_FAILED: {
    cause: 'The process, container or pod of an instance could not be started.',
    fix: 'The message holds what the operating system, the engine or the cluster said. `cause` is its error.',
  },
  INVOCATION_ABORTED: {
    cause: 'The `signal` given to `invoke()` was aborted.',
    fix: 'Nothing, if the test aborted on purpose. The instance is reset.',
  },
  INVOCATION_FAILED: {
    cause: 'The instance was lost during an invocation, after the function can have seen the event. The event is not repeated.',
    fix: 'Find out what ended the process, container or pod. The log of the instance may say.',
  },
  LAUNCH_TIMEOUT: {
    cause: 'The function was not launched within `launchTimeout`. The message says what the launch was waiting for.',
    fix: 'Raise `launchTimeout`, or pull large images before the tests with `lambda-fixtures pull`.',
  },
  LAZY_OPTION_FAILED: {
    cause: 'An option given as a function threw an error when the function was launched. `cause` is that error.',
    fix: 'If it reads what a `beforeAll` sets, declare the function below that `beforeAll`.',
  },
  MATCHER_MISUSED: {
    cause: 'A matcher was given something that it cannot check, such as a value that is not a result.',
    fix: 'Follow the message. It shows how to write the assertion.',
  },
  MISSING_PEER: {
    cause: 'An optional peer dependency is needed but not installed, or its version is not supported.',
    fix: 'Run the install command in the message.',
  },
  NOT_LAUNCHED: {
    cause: 'The function was used before its launch, after its launch failed, or after it was terminated.',
    fix: 'Use it in tests or in hooks that run after the launch. `cause` is the error of a launch that failed.',
  },
  NO_BACKEND: {
    cause: 'No backend of this machine can run the function. `data` lists each backend with its reason.',
    fix: 'Follow one of the reasons: install the runtime, or start Docker or Podman.',
  },
  NO_CODE_ZIP: {
    cause: 'A backend was asked to launch a function that has neither code nor an image.',
    fix: 'Pass a code package to `LambdaBackend.launch()`. `lambda()` and `launch()` always do.',
  },
  NO_ENTRYPOINT: {
    cause: 'The image does not say what to start, or the backend cannot find out.',
    fix: "Add ENTRYPOINT or CMD to the image, or give `imageConfig: { command: ['app.handler'] }`.",
  },
  NO_RUNNER: {
    cause: '`lambda()` was called where the test runner takes no hooks.',
    fix: 'Call it at the top of a test file or in a `describe`, or use `launch()`.',
  },
  OWNER_UNKNOWN: {
    cause: 'The start time of this process cannot be read, so that it could not be told from a later process with the same pid.',
    fix: 'Mount /proc, or on macOS make /bin/ps available.',
  },
  PRIVATE_TMP_UNAVAILABLE: {
    cause: '`LAMBDA_FIXTURES_PRIVATE_TMP` asks for a private /tmp, which this machine does not allow.',
    fix: 'Unset the variable, or run these tests on the docker backend.',
  },
  SESSION_INVALID: {
    cause: '`LAMBDA_FIXTURES_SESSION` is not a session id of 16 hex digits.',
    fix: 'Unset the variable. The library finds the run by itself.',
  },
  TEMP_FOLDER_UNUSABLE: {
    cause: "The user's folder in the temporary folder cannot be created, or others can enter it.",
    fix: 'Set `TMPDIR` to a folder that only this user can write to.',
  },
  TERMINATED: {
    cause: 'The function was terminated while an event was waiting, or during its launch.',
    fix: 'Await the invocations before the function is terminated.',
  },
  UNSUPPORTED_ARCHITECTURE: {
    cause: 'The image is for another architecture than the function.',
    fix: 'Set `architecture`, or give an image for the architecture of the function.',
  },
  UNSUPPORTED_OPTION: {
    cause: 'The option or method is not supported by this backend or this version.',
    fix: 'The message says what to use instead.',
  },
  UNSUPPORTED_RUNTIME: {
    cause: 'The backend cannot run this runtime.',
    fix: 'Use another runtime or backend. The message says what is missing.',
  },
  ZIP_EXTRACTION_FAILED: {
    cause:
      'The ZIP cannot be unpacked safely, or it is larger than Lambda allows. `data.entry` and `data.reason` say where and why.',
    fix: 'Make the ZIP anew with a common tool.',
  },
}
