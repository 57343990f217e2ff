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
import { metadataFor, WORKER_LABEL } from '../object-metadata.ts'

const debug = createDebug('lambda-fixtures:kubernetes')

/** Seconds after which a lease that is not renewed has expired. */
const LEASE_SECONDS = 60
const RENEW_MS = 15_000

/** A reference to a lease. The ConfigMap with the init has the lease's name. */
export interface LeaseReference {
  readonly name: string
  /** For the metadata of the objects that are deleted with the lease. */
  readonly ownerReference: object
}

interface Held extends LeaseReference {
  lease: Lease
  readonly renewing: ReturnType<typeof setInterval>
  readonly registration: Registration<LeaseResource>
}

/**
 * The Lease of this process, which owns all its objects in a namespace. It is created for the first pod, renewed while there is one,
 * and deleted after the last. If the process dies, the watchdog deletes the lease; without a watchdog it expires. There is one for each
 * process and not one for a session, because the end of a process must not delete another's pods. @see docs/decisions/kubernetes.md
 */
export class WorkerLease {
  /** Identifies this process in the names and labels of its objects. */
  readonly worker: string = randomBytes(6).toString('hex')
  readonly #api: KubernetesApi
  readonly #namespace: string
  #users = 0
  #count = 0
  #held: Promise<Held> | undefined

  constructor(api: KubernetesApi, namespace: string) {
    this.#api = api
    this.#namespace = namespace
  }

  /** Every call must be followed by a {@link release}, even if it fails. @throws ApiError, or a network error */
  async acquire(patience: number): Promise<LeaseReference> {
    this.#users++
    if (this.#held === undefined) {
      const held = this.#create(patience)
      this.#held = held
      held.catch(() => {
        if (this.#held === held) this.#held = undefined
      })
    }
    return await this.#held
  }

  /** The last release deletes the lease and everything that it owns. Never rejects. */
  async release(): Promise<void> {
    this.#users--
    if (this.#users > 0 || this.#held === undefined) return
    const held = this.#held
    this.#held = undefined
    await held.then(
      ({ name, renewing, registration }) => {
        clearInterval(renewing)
        return this.#delete(name, registration)
      },
      () => undefined,
    )
  }

  async #create(patience: number): Promise<Held> {
    const name = `lambda-fixtures-${currentSession().id}-${this.worker}-${++this.#count}`
    const cluster = await this.#api.address()
    const registration = register<LeaseResource>({ kind: 'lease', cluster, namespace: this.#namespace, name })
    try {
      const spec = { holderIdentity: this.worker, leaseDurationSeconds: LEASE_SECONDS, acquireTime: time(), renewTime: time() }
      const body = { metadata: { name, ...this.#metadata() }, spec }
      const created = await this.#api.create<Lease>(leasesPath(this.#namespace), body, { patience })
      const lease = created ?? (await this.#api.request<Lease>('GET', leasesPath(this.#namespace, name)))
      const ownerReference = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', name, uid: lease.metadata.uid }
      await this.#api.create(configMapsPath(this.#namespace), await this.#configMap(name, ownerReference), { patience })
      const renewing = setInterval(() => void this.#renew(), RENEW_MS)
      renewing.unref()
      return { name, ownerReference, lease, renewing, registration }
    } catch (error) {
      await this.#delete(name, registration)
      throw error
    }
  }

  #metadata(): { labels: object; annotations: object } {
    const { labels, annotations } = metadataFor({})
    return { labels: { ...labels, [WORKER_LABEL]: this.worker }, annotations }
  }

  async #configMap(name: string, ownerReference: object): Promise<object> {
    const [x86, arm] = await Promise.all([readInit('x86_64'), readInit('arm64')])
    return {
      metadata: { name, ...this.#metadata(), ownerReferences: [ownerReference] },
      // Kubelets don't watch an immutable ConfigMap.
      immutable: true,
      binaryData: { 'init-x86_64': x86.toString('base64'), 'init-arm64': arm.toString('base64') },
    }
  }

  async #renew(): Promise<void> {
    const holding = this.#held
    const held = await holding?.catch(() => undefined)
    if (held === undefined) return
    const path = leasesPath(this.#namespace, held.name)
    try {
      const { metadata, spec } = held.lease
      const renewed = { kind: 'Lease', apiVersion: 'coordination.k8s.io/v1', metadata, spec: { ...spec, renewTime: time() } }
      held.lease = await this.#api.request<Lease>('PUT', path, { body: renewed })
      const cluster = await this.#api.address()
      if (cluster.token !== held.registration.resource.cluster.token) held.registration.update({ cluster })
    } catch (error) {
      debug(`the lease ${held.name} could not be renewed: ${(error as Error).message}`)
      if (hasStatus(error, 409)) held.lease = await this.#api.request<Lease>('GET', path).catch(() => held.lease)
      // If the lease was deleted, so were our pods, and the next pod needs a new one.
      if (hasStatus(error, 404) && this.#held === holding) {
        clearInterval(held.renewing)
        held.registration.release()
        this.#held = undefined
      }
    }
  }

  async #delete(name: string, registration: Registration): Promise<void> {
    try {
      await this.#api.remove(leasesPath(this.#namespace, name), { query: { propagationPolicy: 'Background' } })
      registration.release()
    } catch (error) {
      // It stays registered, so the watchdog tries again when this process has ended.
      debug(`the lease ${name} could not be deleted: ${(error as Error).message}`)
    }
  }
}

const time = (): string => new Date(now()).toISOString().replace('Z', '000Z')
