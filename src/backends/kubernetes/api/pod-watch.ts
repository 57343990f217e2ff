import type { IncomingMessage } from 'node:http'
import { createInterface } from 'node:readline'
import { createDebug } from 'obug'
import { clearTimeout, setTimeout, sleep } from '../../../platform/clock.ts'
import { ApiError, hasStatus } from './api-error.ts'
import type { KubernetesApi } from './kubernetes-api.ts'
import { type Listed, type Pod, podsPath } from './resources.ts'

const debug = createDebug('lambda-fixtures:kubernetes')

const FIRST_PAUSE_MS = 50
const LONGEST_PAUSE_MS = 2_000
/** Servers send a bookmark each minute, so a watch that is silent for this long is dead. */
const SILENCE_MS = 150_000
/** Servers end a watch after some minutes anyway. */
const WATCH_SECONDS = 290

/** Called with each state of a pod, and with `undefined` when it is gone. */
export type PodListener = (pod: Pod | undefined) => void

interface Followed {
  readonly listener: PodListener
  /** The pod was created, so its absence means that it is gone. */
  exists: boolean
}

interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR'
  readonly object: Pod & { readonly code?: number }
}

/** One watch for all pods that this process has in a namespace. It is open while any of them is followed. */
export class PodWatch {
  readonly #api: KubernetesApi
  readonly #namespace: string
  readonly #labelSelector: string
  readonly #followed = new Map<string, Followed>()
  #version: string | undefined
  #isRunning = false
  #response: IncomingMessage | undefined

  constructor(api: KubernetesApi, namespace: string, labelSelector: string) {
    this.#api = api
    this.#namespace = namespace
    this.#labelSelector = labelSelector
  }

  /** Must be called before the pod is created. */
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
        if (this.#followed.size === 0) this.#response?.destroy()
      },
    }
  }

  async #run(): Promise<void> {
    if (this.#isRunning) return
    this.#isRunning = true
    let pause = FIRST_PAUSE_MS
    while (this.#followed.size > 0) {
      try {
        if (this.#version === undefined) await this.#list()
        await this.#watch()
        pause = FIRST_PAUSE_MS
      } catch (error) {
        // The server no longer has the events since this version.
        if (hasStatus(error, 410)) this.#version = undefined
        debug(`the watch of ${this.#namespace} broke: ${(error as Error).message}`)
        if (this.#followed.size > 0) await sleep(pause, { ref: false })
        pause = Math.min(pause * 2, LONGEST_PAUSE_MS)
      }
    }
    this.#isRunning = false
    this.#version = undefined
  }

  async #list(): Promise<void> {
    const query = { labelSelector: this.#labelSelector }
    const expected = [...this.#followed].filter(([, followed]) => followed.exists)
    const { items, metadata } = await this.#api.request<Listed<Pod>>('GET', podsPath(this.#namespace), { query })
    this.#version = metadata.resourceVersion
    const present = new Set(items.map(pod => pod.metadata.name))
    for (const pod of items) this.#report(pod.metadata.name, pod)
    for (const [name] of expected) if (!present.has(name)) this.#report(name, undefined)
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
    this.#response = response
    if (this.#followed.size === 0) response.destroy()
    let silence = silenceOf(response)
    const lines = createInterface({ input: response })
    let failure: Error | undefined
    response.on('error', error => {
      failure = error
      lines.close()
    })
    response.on('close', () => lines.close())
    try {
      for await (const line of lines) {
        clearTimeout(silence)
        silence = silenceOf(response)
        if (line !== '') this.#take(JSON.parse(line) as WatchEvent)
      }
      if (failure !== undefined && this.#followed.size > 0) throw failure
    } finally {
      clearTimeout(silence)
      this.#response = undefined
      response.destroy()
    }
  }

  #take({ type, object }: WatchEvent): void {
    if (type === 'ERROR') throw new ApiError(object.code ?? 500, JSON.stringify(object))
    this.#version = object.metadata.resourceVersion ?? this.#version
    if (type !== 'BOOKMARK') this.#report(object.metadata.name, type === 'DELETED' ? undefined : object)
  }

  #report(name: string, pod: Pod | undefined): void {
    const followed = this.#followed.get(name)
    if (followed === undefined) return
    if (pod !== undefined) followed.exists = true
    followed.listener(pod)
  }
}

function silenceOf(response: IncomingMessage): ReturnType<typeof setTimeout> {
  const timer = setTimeout(() => response.destroy(), SILENCE_MS)
  timer.unref()
  return timer
}
