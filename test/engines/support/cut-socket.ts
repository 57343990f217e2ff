import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** A socket that forwards to an engine's socket until it is cut. Its clients lose the engine, while the engine keeps running. */
export class CutSocket {
  readonly path: string
  readonly #target: string
  readonly #open = new Set<Socket>()
  #server: Server | undefined

  constructor(target: string) {
    this.#target = target
    const folder = mkdtempSync(join(tmpdir(), 'lf-cut-'))
    this.path = join(folder, 'engine.sock')
    onTestFinished(async () => {
      await this.cut()
      rmSync(folder, { recursive: true, force: true })
    })
  }

  async listen(): Promise<void> {
    const server = createServer({ allowHalfOpen: true }, inside => {
      const outside = connect({ path: this.#target, allowHalfOpen: true })
      for (const socket of [inside, outside]) {
        this.#open.add(socket)
        socket.on('error', () => undefined)
        socket.on('close', () => {
          this.#open.delete(socket)
          inside.destroy()
          outside.destroy()
        })
      }
      inside.pipe(outside)
      outside.pipe(inside)
    })
    this.#server = server
    await new Promise<void>(resolve => server.listen(this.path, resolve))
  }

  /** Ends every connection; new ones are refused. */
  async cut(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    if (server === undefined) return
    const closed = new Promise(resolve => server.close(resolve))
    for (const socket of this.#open) socket.destroy()
    await closed
  }
}
