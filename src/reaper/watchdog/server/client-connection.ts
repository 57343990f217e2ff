import { join } from 'node:path'
import type { Resource } from '../../../model/resource.ts'
import { hrnow } from '../../../platform/clock.ts'
import { bootId, hostId, isRunning } from '../../../platform/process-identity.ts'
import { userFolderPath } from '../../../platform/user-folder.ts'
import { ownerFolderName } from '../../owner-folder-name.ts'
import { defaultEngine } from '../enders/default-engine.ts'
import { enderOf } from '../enders/ender-of.ts'
import type { Held, Hello } from '../protocol.ts'
import type { Claimant } from './ledger.ts'

/** The watchdog's side of one client: what it said, and so what it holds. */
export class ClientConnection implements Claimant {
  readonly held: Map<number | string, Resource> = new Map()
  hello: Hello | undefined
  /** Its own, which goes with it. */
  folder: string | undefined
  /** It said that it won't come back. */
  saidBye = false
  #runnerGoneSince: number | undefined

  /** Takes one line about resources. Returns why it can't, or `undefined` when that is done. */
  accept(line: string): string | undefined {
    const [verb, rest] = split(line)
    try {
      switch (verb) {
        case 'HELLO':
          return this.#introduce(JSON.parse(rest))
        case 'HOLD': {
          const { id, resource }: Held = JSON.parse(rest)
          return this.#hold(id, resource)
        }
        case 'DROP':
          this.held.delete(Number(rest))
          return undefined
        case 'BYE':
          this.saidBye = true
          return undefined
        default:
          return this.#holdFilter(line)
      }
    } catch (error) {
      return (error as Error).message
    }
  }

  /** Whether it has a runner that can be seen from here. */
  get watchesRunner(): boolean {
    return this.isHere && this.hello?.runner !== undefined
  }

  /** Whether its process can be seen from here. */
  get isHere(): boolean {
    const owner = this.hello?.owner
    return owner?.host === hostId() && owner.boot === bootId()
  }

  /** Whether its runner is gone for that long, in ms. */
  isOrphaned(grace: number): boolean {
    const runner = this.hello?.runner
    if (runner === undefined || isRunning(runner)) return false
    this.#runnerGoneSince ??= hrnow()
    return hrnow() - this.#runnerGoneSince >= grace
  }

  #introduce(hello: Hello): string | undefined {
    if (!/^[0-9a-f]{16}$/.test(hello.session)) return "a session's id is 16 hex digits"
    this.hello = hello
    // The folder goes with the thread, though it never has to ask for that.
    this.folder = join(userFolderPath(), 'sessions', hello.session, ownerFolderName(hello.owner, hello.threadId))
    return this.#hold('folder', { kind: 'folder', path: this.folder })
  }

  #hold(id: number | string, resource: Resource): string | undefined {
    const ender = enderOf(resource)
    const refusal = ender === undefined ? `unknown kind ${JSON.stringify(resource.kind)}` : ender.refusal?.(resource)
    if (refusal === undefined) this.held.set(id, resource)
    return refusal
  }

  #holdFilter(line: string): string | undefined {
    const labels: Record<string, string> = {}
    for (const [name, value] of new URLSearchParams(line)) {
      const at = value.indexOf('=')
      if (name !== 'label' || at < 1) return `not understood: ${line.slice(0, 100)}`
      labels[value.slice(0, at)] = value.slice(at + 1)
    }
    const engine = defaultEngine()
    if (engine === undefined) return `no engine can be reached by DOCKER_HOST=${process.env.DOCKER_HOST}`
    return this.#hold(line, { kind: 'container', engine, labels })
  }
}

function split(line: string): [string, string] {
  const at = line.indexOf(' ')
  return at < 0 ? [line, ''] : [line.slice(0, at), line.slice(at + 1)]
}
