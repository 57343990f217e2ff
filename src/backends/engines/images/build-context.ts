import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { Readable } from 'node:stream'
import type Docker from 'dockerode'
import { extract } from 'tar-stream'
import { RuntimeError } from '../../../errors/runtime-error.ts'
import type { ImageBuild } from '../../../model/lambda-function.ts'

type ImageClient = typeof import('testcontainers/build/container-runtime/clients/image/docker-image-client.js').DockerImageClient

/**
 * Packs the folder as Testcontainers does, by its `.dockerignore`, and hands the tar over. Gives the SHA-256 of what was in there:
 * names, modes and contents, neither times nor owners, as builders don't look at these either.
 */
export async function packContext(
  backend: string,
  { context, dockerfile }: Pick<ImageBuild, 'context' | 'dockerfile'>,
  send: (tar: Readable) => Promise<void>,
): Promise<string> {
  const ImageClient = await loadImageClient(backend)
  let outcome: { readonly digest: string } | { readonly error: unknown } | undefined
  // Testcontainers would wait for ever for an engine that refuses, and keeps what builders say for itself: it gets an engine that
  // takes everything and says nothing.
  const taker = {
    async buildImage(packed: Readable) {
      // It is told by `passing`, where somebody reads; nobody has to.
      packed.on('error', () => undefined)
      const digest = new ContextDigest()
      const tar = Readable.from(digest.passing(packed))
      try {
        await send(tar)
        // Of what an engine need not read, such as padding.
        tar.unpipe().resume()
        outcome = { digest: await digest.value() }
      } catch (error) {
        outcome = { error }
      } finally {
        tar.destroy()
        packed.destroy()
      }
      return Readable.from([])
    },
  }
  await new ImageClient(taker as unknown as Docker, '').build(context, { dockerfile, t: 'none' })
  const { digest, error } = outcome as unknown as { readonly digest?: string; readonly error?: unknown }
  if (digest === undefined) throw error
  return digest
}

/** What there is to send, without sending it. */
export function digestContext(backend: string, build: Pick<ImageBuild, 'context' | 'dockerfile'>): Promise<string> {
  return packContext(backend, build, async tar => {
    for await (const _ of tar);
  })
}

class ContextDigest {
  readonly #tar = extract({})
  readonly #entries: Promise<string[]>

  constructor() {
    this.#entries = this.#read()
    this.#entries.catch(() => undefined)
  }

  async *passing(tar: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    try {
      for await (const chunk of tar) {
        if (!this.#tar.write(chunk)) await once(this.#tar, 'drain')
        yield chunk
      }
      this.#tar.end(null)
    } catch (error) {
      this.#tar.destroy(error as Error)
      throw error
    }
  }

  async value(): Promise<string> {
    const entries = await this.#entries
    // Folders are read in whatever order the file system has them.
    return createHash('sha256').update(entries.sort().join('\n')).digest('hex')
  }

  async #read(): Promise<string[]> {
    const entries: string[] = []
    for await (const entry of this.#tar) {
      const { name, type, mode, linkname } = entry.header
      const content = createHash('sha256')
      for await (const chunk of entry) content.update(chunk as Buffer)
      entries.push(JSON.stringify([name, type, mode, linkname ?? '', content.digest('hex')]))
    }
    return entries
  }
}

/** @throws RuntimeError `MISSING_PEER` */
async function loadImageClient(backend: string): Promise<ImageClient> {
  try {
    // Its index would load all of it, which stops this thread for a third of a second, and knows one engine a process.
    return (await import('testcontainers/build/container-runtime/clients/image/docker-image-client.js')).DockerImageClient
  } catch (cause) {
    throw new RuntimeError(
      'MISSING_PEER',
      'The option image is built with testcontainers, which is not installed, or not in a version that is known (12): npm i -D testcontainers@12',
      { data: { peer: 'testcontainers', backend }, cause },
    )
  }
}
