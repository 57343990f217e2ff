import type { LambdaBackend, WarmInstance } from '../../src/backends/backend.ts'
import { loadBackend } from '../../src/backends/load-backend.ts'
import { type InvokeResult, type LambdaHandle, type LambdaOptions, launch } from '../../src/index.ts'
import type { BackendUnderTest } from './backends.ts'
import { type Language, PROBES } from './languages.ts'

/** The probe's and other functions of the cases, which take and give anything. */
export type AnyFunction = LambdaHandle<(event: any) => Promise<any>>

type Options = Partial<Record<keyof LambdaOptions, unknown>>

/** What a case works with: functions on the backend under test, ended after it. */
export class Lab {
  readonly language: Language
  readonly #backend: BackendUnderTest
  readonly #shared: Map<Language, Promise<AnyFunction>>
  readonly #functions: AnyFunction[] = []

  constructor(backend: BackendUnderTest, language: Language, shared: Map<Language, Promise<AnyFunction>>) {
    this.#backend = backend
    this.language = language
    this.#shared = shared
  }

  /** A function of this case's own: the probe, where `options` say nothing else. */
  async launch(options: Options = {}): Promise<AnyFunction> {
    const fn = await start(this.#backend, this.language, options)
    this.#functions.push(fn)
    return fn
  }

  /** The probe that this language's cases share: 512 MB, a timeout of 20 s. What breaks an environment is for {@link launch}. */
  async probe(): Promise<AnyFunction> {
    let probe = this.#shared.get(this.language)
    if (probe === undefined) {
      probe = start(this.#backend, this.language, { functionName: 'shared', memorySize: 512, timeout: 20 })
      this.#shared.set(this.language, probe)
    }
    return probe
  }

  /** The only instance of a function of this case's own, as its backend hands it over. */
  async launchInstance(options: Options = {}): Promise<WarmInstance> {
    const named = this.#backend.backends[this.language]
    const backend = typeof named === 'string' ? await loadBackend(named) : named
    let instance: WarmInstance | undefined
    const launch: LambdaBackend['launch'] = async (...given) => {
      instance = await backend.launch(...given)
      return instance
    }
    const watched = new Proxy(backend, {
      get(target, key) {
        const value: unknown = key === 'launch' ? launch : Reflect.get(target, key)
        return typeof value === 'function' && key !== 'launch' ? value.bind(target) : value
      },
    })
    await this.launch({ ...options, backend: watched, concurrency: 1 })
    if (instance === undefined) throw new Error('The backend was not asked for an instance.')
    return instance
  }

  /** Runs one operation of the shared probe. */
  async invoke(event: unknown): Promise<InvokeResult<any>> {
    return (await this.probe()).invoke(event)
  }

  async end(): Promise<void> {
    await Promise.all(this.#functions.map(fn => fn.terminate()))
  }
}

function start(backend: BackendUnderTest, language: Language, options: Options): Promise<AnyFunction> {
  const all = {
    functionName: 'probe',
    printLogs: 'never',
    timeout: 10,
    memorySize: 256,
    ...PROBES[language],
    backend: backend.backends[language],
    ...options,
  }
  return launch<(event: any) => Promise<any>>(all as LambdaOptions)
}
