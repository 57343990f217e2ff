import type { Resource } from '../../../model/resource.ts'
import { hrnow } from '../../../platform/clock.ts'
import { bootId, hostId, isRunning } from '../../../platform/process-identity.ts'
import { ownerFolderPath } from '../../session-folder.ts'
import { enderOf } from '../enders/ender-of.ts'
import type { Hello, Registered } from '../protocol.ts'

/** The id of the client's own folder among its resources. Clients count from 1. */
const FOLDER_ID = 0

/** The watchdog's side of one connection: who the client is and what it has registered. */
export class ClientConnection {
  readonly resources: Map<number, Resource> = new Map()
  readonly write: (line: string) => void
  hello: Hello | undefined
  #runnerGoneSince: number | undefined

  constructor(write: (line: string) => void) {
    this.write = write
  }

  /** The client's own folder, which is removed with its other resources. */
  get folder(): string | undefined {
    const folder = this.resources.get(FOLDER_ID)
    return folder?.kind === 'folder' ? folder.path : undefined
  }

  /** Whether the client's process can be seen from here. */
  get isHere(): boolean {
    const owner = this.hello?.owner
    return owner?.host === hostId() && owner.boot === bootId()
  }

  /** Whether the client's runner has been gone for a time, in ms. */
  hasLostRunner(grace: number): boolean {
    const runner = this.hello?.runner
    if (runner === undefined || !this.isHere || isRunning(runner)) return false
    this.#runnerGoneSince ??= hrnow()
    return hrnow() - this.#runnerGoneSince >= grace
  }

  /** @throws Error why the client is refused */
  introduce(hello: Hello): void {
    if (!/^[0-9a-f]{16}$/.test(hello.session)) throw new Error("a session's id is 16 hex digits")
    this.hello = hello
    const path = ownerFolderPath(hello.session, hello.owner, hello.threadId)
    this.register({ id: FOLDER_ID, resource: { kind: 'folder', path } })
  }

  /** @throws Error why the resource is refused */
  register({ id, resource }: Registered): void {
    if (this.hello === undefined) throw new Error('HELLO comes first')
    const ender = enderOf(resource)
    const refusal = ender === undefined ? `unknown kind ${JSON.stringify(resource.kind)}` : ender.refusal?.(resource)
    if (refusal !== undefined) throw new Error(refusal)
    this.resources.set(id, resource)
  }
}
