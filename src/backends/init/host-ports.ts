import { once } from 'node:events'
import { clearInterval, setInterval } from '../../platform/clock.ts'
import { listeningPorts } from '../../platform/listening-ports.ts'
import { connectHost } from './connect-host.ts'

const INTERVAL_MS = 250

/**
 * The ports of this machine that a function may connect to. Inside its container each of them is closed until a service listens on it
 * here, so that a connection is refused there as it is here.
 */
export class HostPorts {
  readonly #closed: Set<number>
  readonly #open: (port: number) => Promise<void>
  #timer: ReturnType<typeof setInterval> | undefined

  /** @param open opens a port inside */
  constructor(ports: readonly number[], open: (port: number) => Promise<void>) {
    this.#closed = new Set(ports)
    this.#open = open
  }

  /** Opens the ports that a service listens on now. */
  async open(): Promise<void> {
    // Reading the table disturbs no service, as a connection would.
    const listening = process.platform === 'linux' ? listeningPorts() : this.#closed
    const known = [...this.#closed].filter(port => listening.has(port))
    for (const port of known) this.#closed.delete(port)
    await Promise.all([...known.map(this.#open), ...Array.from(this.#closed, port => this.#tryPort(port))])
  }

  /** Looks at the closed ports now, before anything else is sent, and again and again until `unwatch`. */
  watch(): void {
    if (this.#closed.size === 0) return
    const look = (): void => void this.open().catch(() => undefined)
    look()
    this.#timer = setInterval(look, INTERVAL_MS)
    this.#timer.unref()
  }

  unwatch(): void {
    clearInterval(this.#timer)
  }

  /** Some services are in no table: those behind a rule of the firewall, or on the host of a virtual machine. */
  async #tryPort(port: number): Promise<void> {
    const socket = connectHost(port)
    try {
      await once(socket, 'connect')
    } catch {
      return
    } finally {
      socket.destroy()
    }
    if (this.#closed.delete(port)) await this.#open(port)
  }
}
