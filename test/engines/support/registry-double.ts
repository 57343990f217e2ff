import { createHash, randomBytes } from 'node:crypto'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'
import { onTestFinished } from 'vitest'

/** A double of a registry, because tests can't reach a real one. It has one image, `<host>/some/image:1`, and supports what a pull needs. */
export interface RegistryDouble {
  readonly host: string
  /** Requests so far: `GET /v2/`. */
  readonly requests: readonly string[]
  /** Resolves when an engine closes its connection before it has the whole answer. */
  readonly brokenOff: Promise<void>
}

interface Blob {
  readonly digest: string
  readonly bytes: Buffer
}

const blob = (bytes: Buffer): Blob => ({ bytes, digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}` })

interface RegistryOptions {
  /** Milliseconds before each layer. */
  readonly delay?: number
  /** Sends a layer of 8 MB, some 60 KB in each 100 ms. */
  readonly isSlow?: boolean
  /** `user:password` that each request needs. */
  readonly credentials?: string
}

function trickle(response: ServerResponse, bytes: Buffer): void {
  let sent = 0
  const timer = setInterval(() => {
    response.write(bytes.subarray(sent, sent + 60_000))
    sent += 60_000
  }, 100)
  response.on('close', () => clearInterval(timer))
}

export async function startRegistry({ delay = 0, isSlow = false, credentials }: RegistryOptions = {}): Promise<RegistryDouble> {
  const requests: string[] = []
  const brokenOff = Promise.withResolvers<void>()
  const tar = pack()
  // Each run has another layer, so that the engine does not have it yet.
  tar.entry({ name: 'nonce' }, isSlow ? randomBytes(8_000_000) : `${process.pid} ${performance.now()}`)
  tar.finalize()
  const plain = await buffer(tar)
  const layer = blob(gzipSync(plain))
  const image = { architecture: 'amd64', os: 'linux', config: {}, rootfs: { type: 'layers', diff_ids: [blob(plain).digest] } }
  const config = blob(Buffer.from(JSON.stringify(image)))
  const type = 'application/vnd.docker.distribution.manifest.v2+json'
  const described = ({ bytes, digest }: Blob, mediaType: string): object => ({ mediaType, size: bytes.length, digest })
  const manifest = blob(
    Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: type,
        config: described(config, 'application/vnd.docker.container.image.v1+json'),
        layers: [described(layer, 'application/vnd.docker.image.rootfs.diff.tar.gzip')],
      }),
    ),
  )
  const wanted = credentials === undefined ? undefined : `Basic ${Buffer.from(credentials).toString('base64')}`
  const server = createServer(async ({ method, url = '', headers }, response) => {
    requests.push(`${method} ${url}`)
    response.on('close', () => response.writableFinished || brokenOff.resolve())
    if (wanted !== undefined && headers.authorization !== wanted) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="double"', 'content-type': 'application/json' })
      return response.end('{"errors":[{"code":"UNAUTHORIZED","message":"who are you?"}]}')
    }
    const [, name] = /^\/v2\/some\/image\/(?:manifests|blobs)\/(.+)$/.exec(url) ?? []
    const found = name === '1' ? manifest : [manifest, config, layer].find(({ digest }) => digest === name)
    if (url === '/v2/') return response.end('{}')
    if (found === undefined) {
      response.writeHead(404, { 'content-type': 'application/json' })
      return response.end('{"errors":[{"code":"NAME_UNKNOWN","message":"unknown"}]}')
    }
    if (found === layer) await new Promise(resolve => setTimeout(resolve, delay))
    response.writeHead(200, {
      'content-type': found === manifest ? type : 'application/octet-stream',
      'content-length': found.bytes.length,
      'docker-content-digest': found.digest,
    })
    if (isSlow && found === layer) trickle(response, found.bytes)
    else response.end(method === 'HEAD' ? undefined : found.bytes)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, requests, brokenOff: brokenOff.promise }
}
