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

/** How a backend builds an image from a Dockerfile, with every option settled. */
export interface ImageBuild {
  /** An absolute path. */
  readonly context: string
  /** A path in the context, with `/` between folders. */
  readonly dockerfile: string
  readonly buildArgs: Readonly<Record<string, string>>
  readonly target?: string
}

/** A function with every option settled, as backends get it. */
export interface LambdaFunction {
  readonly functionName: string
  /** Without a qualifier. */
  readonly functionArn: string
  /** `undefined` for image functions. */
  readonly runtime?: string
  /** `undefined` for image functions and `provided.*`. */
  readonly handler?: string
  readonly imageUri?: string
  /** How the image of `imageUri` is built, if that is this library's task. */
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
  /** Whether the environment is frozen between invocations, as on AWS. */
  readonly freeze: boolean
  /** The network that its containers join. */
  readonly network?: string
  /** Whether its containers and pods can reach servers of this machine. Default: `true`. */
  readonly hostAccess?: boolean
}
