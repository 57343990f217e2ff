import { randomBytes } from 'node:crypto'
import { createDebug } from 'obug'
import type { LeaseResource } from '../../../model/resource.ts'
import { clearInterval, now, setInterval } from '../../../platform/clock.ts'
import { type Registration, register } from '../../../reaper/register.ts'
import { currentSession } from '../../../reaper/session.ts'
import { readInit } from '../../init/init-file.ts'
import { hasStatus } from '../api/api-error.ts'
import type { KubernetesApi } from '../api/kubernetes-api.ts'
import { configMapsPath, type Lease, leasesPath } from '../api/resources.ts'
import { retrying } from '../api/retrying.ts'
import { metadataFor, WORKER_LABEL } from '../object-metadata.ts'

const debug = createDebug('lambda-fixtures:kubernetes')

/** Seconds after which a lease that nobody renews has run out. */
export const LEASE_SECONDS = 60
const RENEW_MS = 15_000
const END_PATIENCE_MS = 5_000

/** What pods of this process are owned by, and where they have their init from. */
export interface Owner {
  readonly name: string
  readonly ownerReference: object
  readonly configMap: string
}

interface Named {
  readonly metadata: { readonly name: string; readonly [field: string]: unknown }
  readonly [field: string]: unknown
}

interface Held {
  readonly owner: Owner
  lease: Lease
  readonly renewing: ReturnType<typeof setInterval>
  readonly registration: Registration<LeaseResource>
}

/**
 * The Lease that owns all that one process has in the cluster: it is made for the first pod, renewed while there is one, and deleted
 * after the last; without the process the watchdog deletes it, and without a watchdog it runs out. One a process, not one a session,
 * for a process that ends must not take another's pods with it. @see docs/decisions/kubernetes.md
 */
export class WorkerLease {
  /** Of this process in this namespace. */
  readonly worker: string = randomBytes(6).toString('hex')
  readonly #api: KubernetesApi
  readonly #namespace: string
  #users = 0
  #count = 0
  #held: Promise<Held> | undefined
  #ending: Promise<void> = Promise.resolve()

  constructor(api: KubernetesApi, namespace: string) {
    this.#api = api
    this.#namespace = namespace
  }

  /** Each call needs a {@link release}, also if it fails. @throws ApiError, or what the network says */
  async acquire(patience: number): Promise<Owner> {
    this.#users++
    if (this.#held === undefined) {
      const held = this.#ending.then(() => this.#create(patience))
      this.#held = held
      held.catch(() => {
        if (this.#held === held) this.#held = undefined
      })
    }
    return (await this.#held).owner
  }

  /** After the last one, everything is deleted. Never rejects. */
  async release(): Promise<void> {
    this.#users--
    if (this.#users > 0 || this.#held === undefined) return
    const held = this.#held
    this.#held = undefined
    this.#ending = held.then(
      each => this.#end(each),
      () => undefined,
    )
    await this.#ending
  }

  async #create(patience: number): Promise<Held> {
    const name = `lambda-fixtures-${currentSession().id}-${this.worker}-${++this.#count}`
    const registration = register<LeaseResource>({
      kind: 'lease',
      cluster: await this.#api.address(),
      namespace: this.#namespace,
      name,
    })
    try {
      const metadata = { name, ...this.#metadata() }
      const spec = { holderIdentity: this.worker, leaseDurationSeconds: LEASE_SECONDS, acquireTime: time(), renewTime: time() }
      const lease = await this.#make<Lease>(leasesPath(this.#namespace), { metadata, spec }, patience)
      const { uid } = lease.metadata
      const ownerReference = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', name, uid }
      await this.#make(configMapsPath(this.#namespace), await this.#configMap(name, ownerReference), patience)
      const renewing = setInterval(() => void this.#renew(), RENEW_MS)
      renewing.unref()
      return { owner: { name, ownerReference, configMap: name }, lease, renewing, registration }
    } catch (error) {
      await this.#delete(name, registration)
      throw error
    }
  }

  /** Retried: an answer may get lost after the deed. */
  async #make<T>(path: string, body: Named, patience: number): Promise<T> {
    let tries = 0
    return await retrying(async () => {
      try {
        return await this.#api.request<T>('POST', path, { body })
      } catch (error) {
        if (tries++ > 0 && hasStatus(error, 409)) return await this.#api.request<T>('GET', `${path}/${body.metadata.name}`)
        throw error
      }
    }, patience)
  }

  #metadata(): { labels: object; annotations: object } {
    const { labels, annotations } = metadataFor({})
    return { labels: { ...labels, [WORKER_LABEL]: this.worker }, annotations }
  }

  async #configMap(name: string, ownerReference: object): Promise<Named> {
    const [x86, arm] = await Promise.all([readInit('x86_64'), readInit('arm64')])
    return {
      metadata: { name, ...this.#metadata(), ownerReferences: [ownerReference] },
      // Not watched by the kubelets then.
      immutable: true,
      binaryData: { 'init-x86_64': x86.toString('base64'), 'init-arm64': arm.toString('base64') },
    }
  }

  async #renew(): Promise<void> {
    const holding = this.#held
    const held = await holding?.catch(() => undefined)
    if (held === undefined) return
    try {
      const { metadata, spec } = held.lease
      const path = leasesPath(this.#namespace, metadata.name)
      const body = { metadata, spec: { ...spec, renewTime: time() } }
      held.lease = await this.#api.request<Lease>('PUT', path, {
        body: { kind: 'Lease', apiVersion: 'coordination.k8s.io/v1', ...body },
      })
      const cluster = await this.#api.address()
      if (cluster.token !== held.registration.resource.cluster.token) held.registration.update({ cluster })
    } catch (error) {
      debug(`the lease ${held.owner.name} could not be renewed: ${(error as Error).message}`)
      const path = leasesPath(this.#namespace, held.owner.name)
      if (hasStatus(error, 409)) held.lease = await this.#api.request<Lease>('GET', path).catch(() => held.lease)
      // Somebody deleted it, and with it our pods: the next one needs another.
      if (hasStatus(error, 404) && this.#held === holding) {
        clearInterval(held.renewing)
        held.registration.release()
        this.#held = undefined
      }
    }
  }

  async #end({ owner, renewing, registration }: Held): Promise<void> {
    clearInterval(renewing)
    await this.#delete(owner.name, registration)
  }

  async #delete(name: string, registration: Registration): Promise<void> {
    try {
      const query = { propagationPolicy: 'Background' }
      await retrying(() => this.#api.request('DELETE', leasesPath(this.#namespace, name), { query }), END_PATIENCE_MS)
      registration.release()
    } catch (error) {
      if (hasStatus(error, 404)) registration.release()
      // The watchdog tries again when this process has ended.
      else debug(`the lease ${name} could not be deleted: ${(error as Error).message}`)
    }
  }
}

const time = (): string => new Date(now()).toISOString().replace('Z', '000Z')
