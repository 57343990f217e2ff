import { rmSync } from 'node:fs'
import type { Server, Socket } from 'node:net'
import type { Resource } from '../../../model/resource.ts'
import { clearInterval, clearTimeout, now, setImmediate, setInterval, setTimeout } from '../../../platform/clock.ts'
import { durationOf, idleTimeoutVariable, reconnectionTimeoutVariable } from '../../variables.ts'
import { protocolVersion, socketPath } from '../address.ts'
import { enderOf } from '../enders/ender-of.ts'
import { lineReader, type Status } from '../protocol.ts'
import { ClientConnection } from './client-connection.ts'
import { inodeOf } from './election.ts'
import { endAll } from './end-all.ts'
import { HeldPipes } from './held-pipes.ts'
import { Ledger } from './ledger.ts'
import { log } from './log.ts'
import { OrphanedSessions } from './orphaned-sessions.ts'

/** Watches its clients' connections, and ends what those that are gone alone held. Leaves when there is nothing to do. */
export class Watchdog {
  readonly #server: Server
  readonly #socketPath: string
  readonly #inode: bigint
  readonly #ledger = new Ledger<ClientConnection>()
  /** Clients that are gone, and may come back within the grace. */
  readonly #missed = new Map<ClientConnection, NodeJS.Timeout>()
  readonly #grace = durationOf(reconnectionTimeoutVariable, 2000)
  readonly #idle = durationOf(idleTimeoutVariable, 30_000)
  readonly #since = now()
  /** Whose things are being ended. */
  readonly #ending = new Set<ClientConnection>()
  #idleTimer: NodeJS.Timeout | undefined
  readonly #unclaimed: OrphanedSessions
  #lookTimer: NodeJS.Timeout | undefined
  readonly #heldPipes = new HeldPipes()
  #leaving = false

  /** @param inode of the socket that `server` listens on, as `elect` gives it */
  constructor(server: Server, folder: string, inode: bigint) {
    this.#server = server
    this.#socketPath = socketPath(folder)
    this.#inode = inode
    server.on('connection', socket => this.#welcome(socket))
    this.#unclaimed = new OrphanedSessions({
      grace: this.#grace,
      isClaimed: folder => [...this.#ledger.claimants, ...this.#ending].some(client => client.folder === folder),
      onChange: () => this.#leaveWhenIdle(),
    })
    this.#leaveWhenIdle()
  }

  /** Called when the folder has changed: without its name in it, nobody finds this watchdog any more. */
  checkName(): void {
    const inode = inodeOf(this.#socketPath)
    // A name that is away has been moved aside by who asks whether this one lives, and is put back, or another's soon.
    if (this.#leaving || inode === undefined || inode === this.#inode) return
    log('lost its socket to another; leaves after its last client')
    this.#leaving = true
    this.#leaveWhenIdle()
  }

  #welcome(socket: Socket): void {
    const client = new ClientConnection()
    this.#ledger.add(client)
    this.#leaveWhenIdle()
    const read = lineReader(
      line => this.#hear(client, socket, line),
      () => socket.destroy(),
    )
    socket.setEncoding('utf8')
    socket.on('data', read)
    socket.on('error', () => {})
    socket.on('close', () => this.#miss(client))
  }

  #hear(client: ClientConnection, socket: Socket, line: string): void {
    if (line === '') return
    if (line === 'STATUS') socket.write(`${JSON.stringify(this.#status())}\n`)
    else if (line === 'STOP') this.#leave('was told to stop')
    else {
      const refusal = client.accept(line)
      if (refusal !== undefined) {
        log(`refused ${line.slice(0, 200)}: ${refusal}`)
        socket.write(`NAK ${refusal.replaceAll('\n', ' ')}\n`)
        return
      }
      if (line.startsWith('HELLO ')) this.#introduced(client)
    }
    socket.write('ACK\n')
  }

  #introduced(client: ClientConnection): void {
    this.#takeOver(client)
    // No event tells that a process ended which is nobody's child here, nor that one hangs.
    this.#lookTimer ??= setInterval(() => this.#look(), 1000)
  }

  #look(): void {
    const clients = this.#ledger.claimants
    this.#lookForRunners([...clients].filter(client => client.watchesRunner))
    this.#heldPipes.look(clients)
    if (clients.size > 0) return
    clearInterval(this.#lookTimer)
    this.#lookTimer = undefined
  }

  /** Workers of jest and node:test go on when their runner was killed, though nobody hears of their results. */
  #lookForRunners(watching: readonly ClientConnection[]): void {
    for (const client of watching) {
      if (!client.isOrphaned(this.#grace)) continue
      const resources = this.#ledger.empty(client)
      if (resources.length > 0) void this.#end(resources, client)
    }
  }

  #takeOver(client: ClientConnection): void {
    for (const [missed, timer] of this.#missed) {
      if (missed.hello?.client !== client.hello?.client) continue
      clearTimeout(timer)
      this.#missed.delete(missed)
      for (const [id, resource] of missed.held) client.held.set(id, resource)
      this.#ledger.remove(missed)
    }
  }

  #miss(client: ClientConnection): void {
    if (client.held.size === 0) {
      this.#ledger.remove(client)
      this.#leaveWhenIdle()
      return
    }
    for (const [id, resource] of client.held) client.held.set(id, this.#atClose(resource))
    this.#missed.set(
      client,
      setTimeout(() => void this.#endAllOf(client), client.saidBye ? 0 : this.#grace),
    )
  }

  #atClose(resource: Resource): Resource {
    try {
      return enderOf(resource)?.atClose?.(resource) ?? resource
    } catch (error) {
      log(`could not look at ${JSON.stringify(resource)}: ${(error as Error).message}`)
      return resource
    }
  }

  async #endAllOf(client: ClientConnection): Promise<void> {
    this.#missed.delete(client)
    await this.#end(this.#ledger.remove(client), client)
  }

  async #end(resources: readonly Resource[], client: ClientConnection): Promise<void> {
    this.#ending.add(client)
    await endAll(resources, client.hello)
    this.#ending.delete(client)
    // What the tables of all processes took is given back now: V8 would let it grow for hours of waiting.
    if (this.#ending.size === 0) globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' })
    this.#leaveWhenIdle()
  }

  #leaveWhenIdle(): void {
    clearTimeout(this.#idleTimer)
    if (this.#isNeeded()) return
    const leave = (): void => (this.#isNeeded() ? undefined : this.#leave('idle'))
    this.#idleTimer = setTimeout(leave, this.#leaving ? 0 : this.#idle)
  }

  #isNeeded(): boolean {
    // Another watchdog, when this one is to leave, sweeps as well.
    return this.#ledger.claimants.size > 0 || this.#ending.size > 0 || (this.#unclaimed.busy && !this.#leaving)
  }

  #leave(reason: string): void {
    log(`${reason}; leaves after its last client`)
    this.#leaving = true
    // First the name, so that newcomers start another; whoever connected before that is still served.
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
    const clients = [...this.#ledger.claimants].map(({ hello, held }) => ({
      ...(hello !== undefined && { session: hello.session, pid: hello.owner.pid }),
      held: held.size,
    }))
    return {
      pid: process.pid,
      version: protocolVersion,
      upSeconds: Math.round((now() - this.#since) / 1000),
      rssBytes: process.memoryUsage.rss(),
      clients,
      ending: this.#ending.size,
    }
  }
}
