import type { Lambda } from '../../src/fixtures/declare/create-lambda.ts'
import type { Code } from '../../src/fixtures/options/checks/code.ts'
import type { CommonOptions, Defaults, LambdaOptions, Updatable } from '../../src/fixtures/options/lambda-options.ts'
import type { Equal, Hold } from './expect-type.ts'

declare const lambda: Lambda
declare const bytes: Uint8Array
type H = (event: string) => Promise<string>

export const right: LambdaOptions[] = [
  { entry: '../src/orders.ts' },
  {
    entry: new URL('file:///orders.ts'),
    handler: 'create',
    runtime: 'nodejs24.x',
    setup: ['./fakes.ts'],
    bundle: { external: ['sharp'] },
  },
  { code: './folder', runtime: 'python3.13', handler: 'app.handler' },
  { code: { 'app.py': '…', 'data.bin': bytes }, runtime: 'provided.al2023' },
  {
    code: async ({ backend }) => `./dist/${backend}.zip`,
    runtime: 'java21',
    handler: 'example.Handler',
    layers: () => ['./layer'],
  },
  { imageUri: 'orders:latest', imageConfig: { command: ['app.handler'] } },
  { imageUri: async () => 'orders:latest' },
  { image: { context: '../orders' } },
  {
    image: {
      context: new URL('file:///orders'),
      dockerfile: 'lambda.Dockerfile',
      buildArgs: { A: 'b', C: undefined },
      target: 'x',
    },
    imageConfig: { command: ['app.handler'] },
  },
  { entry: 'a.ts', environment: { A: 'b', C: undefined } },
  { entry: 'a.ts', environment: ({ hostUrl }) => ({ DB: hostUrl('http://localhost:5432') }) },
  {
    entry: 'a.ts',
    environment: async () => ({ DB: 'url' }),
    network: () => 'net',
    freeze: true,
    hostAccess: true,
    printLogs: 'never',
  },
  {
    entry: 'a.ts',
    loggingConfig: { logFormat: 'JSON', applicationLogLevel: 'DEBUG' },
    credentials: { accessKeyId: '', secretAccessKey: '' },
  },
  { entry: 'a.ts', timeout: undefined, layers: undefined },
]

// @ts-expect-error nothing says where the code is
export const nothing: LambdaOptions = {}
// @ts-expect-error entry is bundled, code is ready
export const entryAndCode: LambdaOptions = { entry: 'a.ts', code: './dist', runtime: 'nodejs24.x' }
// @ts-expect-error an image brings its code
export const codeAndImage: LambdaOptions = { code: './dist', runtime: 'nodejs24.x', imageUri: 'orders' }
// @ts-expect-error an image brings its code
export const entryAndImage: LambdaOptions = { entry: 'a.ts', imageUri: 'orders' }
// @ts-expect-error an image is built or there
export const builtAndThere: LambdaOptions = { image: { context: '.' }, imageUri: 'orders' }
// @ts-expect-error an image is built with its code
export const codeAndBuilt: LambdaOptions = { code: './dist', runtime: 'nodejs24.x', image: { context: '.' } }
// @ts-expect-error a built image has its own runtime
export const builtWithRuntime: LambdaOptions = { image: { context: '.' }, runtime: 'nodejs24.x' }
// @ts-expect-error the builder must be sent something
export const withoutContext: LambdaOptions = { image: { dockerfile: 'Dockerfile' } }
// @ts-expect-error arguments are strings
export const numericArgs: LambdaOptions = { image: { context: '.', buildArgs: { PORT: 5 } } }
// @ts-expect-error code needs a runtime
export const codeWithoutRuntime: LambdaOptions = { code: './dist', handler: 'a.b' }
// @ts-expect-error an image has its own runtime
export const imageWithRuntime: LambdaOptions = { imageUri: 'orders', runtime: 'nodejs24.x' }
// @ts-expect-error an image has no handler
export const imageWithHandler: LambdaOptions = { imageUri: 'orders', handler: 'a.b' }
// @ts-expect-error an image has no layers
export const imageWithLayers: LambdaOptions = { imageUri: 'orders', layers: [] }
// @ts-expect-error entry is bundled for Node.js
export const entryInPython: LambdaOptions = { entry: 'a.ts', runtime: 'python3.13' }
// @ts-expect-error only what is bundled has a setup
export const codeWithSetup: LambdaOptions = { code: './dist', runtime: 'nodejs24.x', handler: 'a.b', setup: './fakes.ts' }
// @ts-expect-error only images have one
export const entryWithImageConfig: LambdaOptions = { entry: 'a.ts', imageConfig: {} }
// @ts-expect-error the name is environment
export const env: LambdaOptions = { entry: 'a.ts', env: {} }
// @ts-expect-error variables are strings
export const numbers: LambdaOptions = { entry: 'a.ts', environment: { PORT: 5 } }
// @ts-expect-error seconds are a number
export const text: LambdaOptions = { entry: 'a.ts', timeout: '5' }
// @ts-expect-error no function: the hook must know it before the launch
export const lazyTimeout: LambdaOptions = { entry: 'a.ts', timeout: () => 5 }
// @ts-expect-error no such backend
export const backend: LambdaOptions = { entry: 'a.ts', backend: 'dokcer' }
// @ts-expect-error AWS's spelling
export const architecture: LambdaOptions = { entry: 'a.ts', architecture: 'x64' }
// @ts-expect-error both keys are needed
export const credentials: LambdaOptions = { entry: 'a.ts', credentials: { accessKeyId: 'a' } }

const handle = lambda<H>({ entry: 'a.ts' })
export const handles = async () => {
  const text: string = await handle('event')
  const result = await handle.invoke('event', { remainingTime: 200 })
  // @ts-expect-error a function's own error has no payload
  result.payload.length
  const { payload, error } = result
  const either: string | undefined = payload ?? error?.errorMessage
  await handle(bytes)
  // @ts-expect-error the event is a string
  await handle(5)
  // @ts-expect-error the event is needed
  await handle()
  // @ts-expect-error what can't change while it lives
  await handle.update({ region: 'eu-west-1' })
  await using _ = await handle.update({ timeout: 5 })
  return [text, either]
}

/** A handler whose event may be missing, or that has none, is invoked without one. */
export const withoutEvent = [
  lambda<() => Promise<number>>({ entry: 'a.ts' })(),
  lambda<(event?: string) => Promise<void>>({ entry: 'a.ts' }),
]

export type Names = Hold<
  [
    Equal<keyof Updatable, 'environment' | 'timeout' | 'memorySize' | 'ephemeralStorage' | 'concurrency' | 'loggingConfig'>,
    Equal<keyof Defaults, Exclude<keyof CommonOptions, 'functionName'>>,
    Equal<Code extends string | URL | Uint8Array | { readonly [file: string]: string | Uint8Array } ? true : false, true>,
  ]
>
