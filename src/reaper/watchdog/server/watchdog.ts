import { rmSync } from 'node:fs'
import type { Server, Socket } from 'node:net'
import type { Resource } from '../../../model/resource.ts'
import { clearInterval, clearTimeout, now, setImmediate, setInterval, setTimeout } from '../../../platform/clock.ts'
import { durationOf, IDLE_TIMEOUT_VARIABLE, RECONNECTION_TIMEOUT_VARIABLE } from '../../variables.ts'
import { enderOf } from '../enders/ender-of.ts'
import { lineReader, PROTOCOL_VERSION, type Status } from '../protocol.ts'
import { socketPath } from '../watchdog-folder.ts'
import { ClientConnection } from './client-connection.ts'
import { inodeOf } from './election.ts'
import { endAll } from './end-all.ts'
import { HeldPipes } from './held-pipes.ts'
import { Ledger } from './ledger.ts'
import { log } from './log.ts'
import { LogRequests } from './log-requests.ts'
import { OrphanedSessions } from './orphaned-sessions.ts'

const LOOK_MS = 1000

/** Watches its clients' connections, and ends what a client that is gone has registered. Leaves when it has nothing to watch. */
export class Watchdog {
  readonly #server: Server
  readonly #socketPath: string
  readonly #inode: bigint
  readonly #ledger = new Ledger()
  /** Clients whose connection is closed, until the grace period is over. */
  readonly #disconnected = new Map<ClientConnection, NodeJS.Timeout>()
  readonly #grace = durationOf(RECONNECTION_TIMEOUT_VARIABLE, 2000)
  readonly #idle = durationOf(IDLE_TIMEOUT_VARIABLE, 30_000)
  readonly #since = now()
  /** Clients whose resources are being ended. */
  readonly #ending = new Set<ClientConnection>()
  readonly #orphaned: OrphanedSessions
  readonly #heldPipes = new HeldPipes()
  readonly #logs = new LogRequests()
  #idleTimer: NodeJS.Timeout | undefined
  #lookTimer: NodeJS.Timeout | undefined
  #isLeaving = false

  /** @param inode the inode of the socket that `server` listens on, as `elect` returns it */
  constructor(server: Server, folder: string, inode: bigint) {
    this.#server = server
    this.#socketPath = socketPath(folder)
    this.#inode = inode
    server.on('connection', socket => this.#connected(socket))
    this.#orphaned = new OrphanedSessions({
      grace: this.#grace,
      isTaken: folder => [...this.#ledger.clients, ...this.#ending].some(client => client.folder === folder),
      onChange: () => this.#leaveWhenIdle(),
    })
    this.#leaveWhenIdle()
  }

  /** Called when the watchdog's folder has changed: without its name in there, no client finds this watchdog any more. */
  checkName(): void {
    const inode = inodeOf(this.#socketPath)
    // Whoever checks whether this watchdog lives moves its socket aside for a moment.
    if (this.#isLeaving || inode === undefined || inode === this.#inode) return
    log('another watchdog has its socket; leaves after its last client')
    this.#isLeaving = true
    this.#leaveWhenIdle()
  }

  #connected(socket: Socket): void {
    const client = new ClientConnection(line => void socket.write(`${line}\n`))
    this.#ledger.add(client)
    this.#leaveWhenIdle()
    const read = lineReader(
      line => void this.#hear(client, line),
      () => socket.destroy(),
    )
    socket.setEncoding('utf8').on('data', read)
    socket.on('error', () => {})
    socket.on('close', () => this.#closed(client))
  }

  async #hear(client: ClientConnection, line: string): Promise<void> {
    const [, verb = '', rest = ''] = /^(\S*) ?(.*)$/.exec(line) ?? []
    try {
      const answering = this.#obey(client, verb, rest)
      if (answering !== undefined) await answering
      client.write('ACK')
    } catch (error) {
      const { message } = error as Error
      log(`refused ${line.slice(0, 200)}: ${message}`)
      client.write(`NAK ${message.replaceAll('\n', ' ')}`)
    }
  }

  /** Returns a promise only where the answer takes time, so that lines are acknowledged in order. @throws Error why it refuses */
  #obey(client: ClientConnection, verb: string, rest: string): Promise<void> | undefined {
    switch (verb) {
      case 'HELLO':
        client.introduce(JSON.parse(rest))
        this.#introduced(client)
        return undefined
      case 'REGISTER':
        client.register(JSON.parse(rest))
        return undefined
      case 'RELEASE':
        client.resources.delete(Number(rest))
        return undefined
      case 'LOG':
        this.#logs.answer(client, JSON.parse(rest))
        return undefined
      case 'LOGS':
        return this.#logs.ask(
          client,
          JSON.parse(rest),
          [...this.#ledger.clients].filter(({ hello }) => hello !== undefined),
        )
      case 'STATUS':
        client.write(JSON.stringify(this.#status()))
        return undefined
      default:
        throw new Error('not understood')
    }
  }

  #introduced(client: ClientConnection): void {
    this.#takeOver(client)
    // No event says that a process has ended which is not a child of this one, or that it hangs.
    this.#lookTimer ??= setInterval(() => this.#look(), LOOK_MS)
  }

  #look(): void {
    const { clients } = this.#ledger
    for (const client of clients) if (client.hasLostRunner(this.#grace)) void this.#end(this.#ledger.empty(client), client)
    this.#heldPipes.look(clients)
    if (clients.size > 0) return
    clearInterval(this.#lookTimer)
    this.#lookTimer = undefined
  }

  /** A client that has reconnected keeps what it had registered. */
  #takeOver(client: ClientConnection): void {
    for (const [previous, timer] of this.#disconnected) {
      if (previous.hello?.client !== client.hello?.client) continue
      clearTimeout(timer)
      this.#disconnected.delete(previous)
      for (const [id, resource] of previous.resources) client.resources.set(id, resource)
      this.#ledger.remove(previous)
    }
  }

  #closed(client: ClientConnection): void {
    this.#logs.forget(client)
    if (client.resources.size === 0) {
      this.#ledger.remove(client)
      this.#leaveWhenIdle()
      return
    }
    for (const [id, resource] of client.resources) client.resources.set(id, lookAtClose(resource))
    this.#disconnected.set(
      client,
      setTimeout(() => {
        this.#disconnected.delete(client)
        void this.#end(this.#ledger.remove(client), client)
      }, this.#grace),
    )
  }

  async #end(resources: readonly Resource[], client: ClientConnection): Promise<void> {
    if (resources.length > 0) {
      this.#ending.add(client)
      await endAll(resources, client.hello!)
      this.#ending.delete(client)
      // The tables of all processes took memory that V8 would keep for hours of waiting.
      if (this.#ending.size === 0) globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' })
    }
    this.#leaveWhenIdle()
  }

  #leaveWhenIdle(): void {
    clearTimeout(this.#idleTimer)
    if (this.#isNeeded()) return
    const leave = (): void => (this.#isNeeded() ? undefined : this.#leave())
    this.#idleTimer = setTimeout(leave, this.#isLeaving ? 0 : this.#idle)
  }

  #isNeeded(): boolean {
    // If this watchdog is to leave, the other one sweeps.
    return this.#ledger.clients.size > 0 || this.#ending.size > 0 || (this.#orphaned.isBusy && !this.#isLeaving)
  }

  #leave(): void {
    log('has nothing to watch; leaves')
    this.#isLeaving = true
    // The name goes first, so that later clients start another watchdog. Those that have connected before are served.
    if (inodeOf(this.#socketPath) === this.#inode) rmSync(this.#socketPath, { force: true })
    setImmediate(() =>
      setImmediate(() => {
        if (this.#isNeeded()) return
        this.#server.close()
        process.exit(0)
      }),
    )
  }

  #status(): Status {
    const clients = [...this.#ledger.clients].map(({ hello, resources }) => ({
      ...(hello !== undefined && { session: hello.session, pid: hello.owner.pid }),
      resources: resources.size,
    }))
    return {
      pid: process.pid,
      version: PROTOCOL_VERSION,
      upSeconds: Math.round((now() - this.#since) / 1000),
      rssBytes: process.memoryUsage.rss(),
      clients,
      ending: this.#ending.size,
    }
  }
}

function lookAtClose(resource: Resource): Resource {
  try {
    return enderOf(resource)?.atClose?.(resource) ?? resource
  } catch (error) {
    log(`could not look at ${JSON.stringify(resource)}: ${(error as Error).message}`)
    return resource
  }
}
