import type Docker from 'dockerode'
import type { Engine } from '../src/backends/engines/connection/engine.ts'
import { openEngineStream } from '../src/backends/engines/containers/engine-stream.ts'
import { removeContainer } from '../src/backends/engines/containers/remove-container.ts'
import { takeBytes, type ViewStream } from '../src/backends/init/tunnel/view-stream.ts'

/** Reads a length and so many bytes, does with them what a runtime and an echo do, and writes the same back. */
const ECHO = `
let chunks = [], size = 0
process.stdin.on('data', chunk => {
  chunks.push(chunk)
  size += chunk.length
  if (size < 4) return
  const all = chunks.length > 1 && (size - 4 >= chunks[0].readUInt32BE(0)) ? Buffer.concat(chunks) : chunks[0]
  if (all.length - 4 < all.readUInt32BE(0)) return
  const body = Buffer.from(JSON.stringify(JSON.parse(all.toString('utf8', 4))))
  const head = Buffer.alloc(4)
  head.writeUInt32BE(body.length)
  chunks = []
  size = 0
  process.stdout.write(head)
  process.stdout.write(body)
})`

/** An exec's stream with nothing of ours at either end: what no tunnel through the engine can be quicker than. */
export class EngineStream {
  readonly #engine: Engine
  #container: Docker.Container | undefined
  #stream: ViewStream | undefined
  #onBytes: (count: number) => void = () => {}

  constructor(engine: Engine) {
    this.#engine = engine
  }

  async start(image: string): Promise<void> {
    this.#container = await this.#engine.docker.createContainer({
      Image: image,
      Entrypoint: ['sleep', '600'],
      Cmd: [],
      Labels: { 'lambda-fixtures.bench': 'stream' },
    })
    await this.#container.start()
    this.#stream = await openEngineStream(this.#engine, this.#container, ['node', '-e', ECHO])
    takeBytes(this.#stream, ({ length }) => {
      this.#onBytes(length)
      return true
    })
  }

  async invoke(payload: Buffer): Promise<void> {
    const stream = this.#stream!
    const length = Buffer.alloc(4)
    length.writeUInt32BE(payload.length)
    await new Promise<void>(resolve => {
      let received = 0
      this.#onBytes = count => {
        received += count
        if (received === payload.length + 4) resolve()
      }
      stream.write(length)
      stream.write(payload)
    })
  }

  async end(): Promise<void> {
    this.#stream?.destroy()
    if (this.#container !== undefined) await removeContainer(this.#container)
  }
}
