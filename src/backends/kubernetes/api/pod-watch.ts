import type { IncomingMessage } from 'node:http'
import { createInterface } from 'node:readline'
import { createDebug } from 'obug'
import { setTimeout } from '../../../platform/clock.ts'
import { ApiError } from './api-error.ts'
import type { KubernetesApi } from './kubernetes-api.ts'
import { type Listed, type Pod, podsPath } from './resources.ts'

const debug = createDebug('lambda-fixtures:kubernetes')

const FIRST_PAUSE_MS = 50
const LONGEST_PAUSE_MS = 2_000
/** Servers end a watch after some minutes; bookmarks come each minute, so a silent one is dead. */
const SILENCE_MS = 150_000
const WATCH_SECONDS = 290

/** Told of each state of a pod; `undefined`: it is gone. */
export type PodListener = (pod: Pod | undefined) => void

interface Followed {
  readonly listener: PodListener
  /** It existed, so its absence means that it is gone. */
  exists: boolean
}

interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR'
  readonly object: Pod & { readonly code?: number; readonly message?: string }
}

/** One watch for all pods that this process has in a namespace; open while any of them is followed. */
export class PodWatch {
  readonly #api: KubernetesApi
  readonly #namespace: string
  readonly #labelSelector: string
  readonly #followed = new Map<string, Followed>()
  #version: string | undefined
  #running = false
  #open: IncomingMessage | undefined

  constructor(api: KubernetesApi, namespace: string, labelSelector: string) {
    this.#api = api
    this.#namespace = namespace
    this.#labelSelector = labelSelector
  }

  /** Watches open now: one at most. */
  get isOpen(): boolean {
    return this.#open !== undefined
  }

  /** To be called before the pod is created. */
  follow(name: string, listener: PodListener): { created(): void; stop(): void } {
    const followed: Followed = { listener, exists: false }
    this.#followed.set(name, followed)
    void this.#run()
    return {
      created: () => {
        followed.exists = true
      },
      stop: () => {
        this.#followed.delete(name)
        if (this.#followed.size === 0) this.#open?.destroy()
      },
    }
  }

  async #run(): Promise<void> {
    if (this.#running) return
    this.#running = true
    let pause = FIRST_PAUSE_MS
    while (this.#followed.size > 0) {
      try {
        if (this.#version === undefined) await this.#list()
        await this.#watch()
        pause = FIRST_PAUSE_MS
      } catch (error) {
        if (error instanceof ApiError && error.status === 410) this.#version = undefined
        debug(`the watch of ${this.#namespace} broke: ${(error as Error).message}`)
        await new Promise(resolve => setTimeout(resolve, pause))
        pause = Math.min(pause * 2, LONGEST_PAUSE_MS)
      }
    }
    this.#running = false
    this.#version = undefined
  }

  async #list(): Promise<void> {
    const query = { labelSelector: this.#labelSelector }
    const expected = [...this.#followed].filter(([, followed]) => followed.exists)
    const { items, metadata } = await this.#api.request<Listed<Pod>>('GET', podsPath(this.#namespace), { query })
    this.#version = metadata.resourceVersion
    const present = new Set(items.map(pod => pod.metadata.name))
    for (const pod of items) this.#tell(pod.metadata.name, pod)
    for (const [name] of expected) if (!present.has(name)) this.#tell(name, undefined)
  }

  async #watch(): Promise<void> {
    const query = {
      watch: true,
      allowWatchBookmarks: true,
      timeoutSeconds: WATCH_SECONDS,
      labelSelector: this.#labelSelector,
      resourceVersion: this.#version,
    }
    const response = await this.#api.stream(podsPath(this.#namespace), query)
    response.setTimeout(SILENCE_MS, () => response.destroy())
    this.#open = response
    if (this.#followed.size === 0) response.destroy()
    const lines = createInterface({ input: response })
    let failure: Error | undefined
    response.on('error', error => {
      failure = error
      lines.close()
    })
    response.on('close', () => lines.close())
    try {
      for await (const line of lines) if (line !== '') this.#take(JSON.parse(line) as WatchEvent)
      if (failure !== undefined && this.#followed.size > 0) throw failure
    } finally {
      this.#open = undefined
      response.destroy()
    }
  }

  #take({ type, object }: WatchEvent): void {
    if (type === 'ERROR') throw new ApiError(object.code ?? 500, JSON.stringify(object))
    this.#version = object.metadata.resourceVersion ?? this.#version
    if (type !== 'BOOKMARK') this.#tell(object.metadata.name, type === 'DELETED' ? undefined : object)
  }

  #tell(name: string, pod: Pod | undefined): void {
    const followed = this.#followed.get(name)
    if (followed === undefined) return
    if (pod !== undefined) followed.exists = true
    followed.listener(pod)
  }
}
