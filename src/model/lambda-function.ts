export interface LoggingConfig {
  readonly logFormat: 'Text' | 'JSON'
  readonly applicationLogLevel?: 'TRACE' | 'DEBUG' | 'INFO' | 'WARN' | 'ERROR' | 'FATAL'
  readonly systemLogLevel?: 'DEBUG' | 'INFO' | 'WARN'
}

export interface ImageConfig {
  readonly command?: readonly string[]
  readonly entryPoint?: readonly string[]
  readonly workingDirectory?: string
}

/** An image that a backend builds of a Dockerfile, every option settled. */
export interface ImageBuild {
  /** Absolute. */
  readonly context: string
  /** Within the context, with `/` between folders. */
  readonly dockerfile: string
  readonly buildArgs: Readonly<Record<string, string>>
  readonly target?: string
}

/** A function as backends see it: every option settled, in AWS's units. */
export interface LambdaFunction {
  readonly functionName: string
  /** Unqualified. */
  readonly functionArn: string
  /** `undefined` for image functions. */
  readonly runtime?: string
  /** `undefined` for image functions and `provided.*`. */
  readonly handler?: string
  readonly imageUri?: string
  /** What `imageUri` was, or will be, built of, if it comes from a Dockerfile. */
  readonly imageBuild?: ImageBuild
  readonly imageConfig?: ImageConfig
  readonly environment: Readonly<Record<string, string>>
  /** Seconds. */
  readonly timeout: number
  /** MB. */
  readonly memorySize: number
  /** MB. */
  readonly ephemeralStorage: number
  readonly architecture: 'x86_64' | 'arm64'
  readonly loggingConfig: LoggingConfig
  readonly region: string
  readonly accountId: string
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string }
  /** Freeze the environment between invocations, as AWS does. */
  readonly freeze: boolean
  /** Container backends: a network to join. */
  readonly network?: string
  /** Container backends: whether servers of this machine can be reached. Default true. */
  readonly hostAccess?: boolean
}
