import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import type Docker from 'dockerode'
import { removeContainer } from '../src/backends/engines/containers/remove-container.ts'
import { asEnv, PLAIN_VARIABLES, putFiles, task } from './plain-function.ts'

/** What containers are compared with: the plainest Runtime API there is, which a container calls over the engine's bridge. */
export class Callback {
  readonly #docker: Docker
  readonly #server: Server
  #container: Docker.Container | undefined
  #next: ServerResponse | undefined
  #onNext: (() => void) | undefined
  #onResponse: ((body: Buffer) => void) | undefined

  constructor(docker: Docker) {
    this.#docker = docker
    this.#server = createServer(async (request, response) => {
      if (request.url?.endsWith('/next')) {
        this.#next = response
        this.#onNext?.()
        return
      }
      const body = await buffer(request)
      response.writeHead(202).end('{}')
      this.#onResponse?.(body)
    })
  }

  /** Starts `image`, and resolves at the first question for an event. */
  async start(image: string, files: Readonly<Record<string, string>>, handler: string): Promise<void> {
    // The gateway of podman's bridge is there only while a container runs.
    await new Promise<void>(resolve => this.#server.listen(0, '0.0.0.0', resolve))
    const { port } = this.#server.address() as AddressInfo
    const bridge = await this.#docker.listNetworks()
    const config = bridge.find(({ Name }) => Name === 'bridge' || Name === 'podman')?.IPAM?.Config?.[0]
    const gateway = config?.Gateway ?? config?.Subnet?.replace(/\.0\/\d+$/, '.1')
    this.#container = await this.#docker.createContainer({
      Image: image,
      Cmd: [handler],
      Env: asEnv({ AWS_LAMBDA_RUNTIME_API: `${gateway}:${port}`, ...PLAIN_VARIABLES }),
      Labels: { 'lambda-fixtures.bench': 'callback' },
    })
    await putFiles(this.#container, task(files))
    const ready = this.#asked()
    await this.#container.start()
    await ready
  }

  async invoke(payload: Buffer): Promise<Buffer> {
    if (this.#next === undefined) await this.#asked()
    const answered = new Promise<Buffer>(resolve => {
      this.#onResponse = resolve
    })
    const next = this.#next
    this.#next = undefined
    next?.writeHead(200, {
      'content-type': 'application/json',
      'lambda-runtime-aws-request-id': crypto.randomUUID(),
      'lambda-runtime-deadline-ms': String(Date.now() + 60_000),
      'lambda-runtime-invoked-function-arn': 'arn:aws:lambda:us-east-1:123456789012:function:bench',
    })
    next?.end(payload)
    return await answered
  }

  /** From the restart to the next question for an event. */
  async restart(): Promise<void> {
    this.#next = undefined
    const ready = this.#asked()
    await this.#container?.restart({ t: 0 })
    await ready
  }

  async end(): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    if (this.#container !== undefined) await removeContainer(this.#container)
  }

  #asked(): Promise<void> {
    return new Promise(resolve => {
      this.#onNext = resolve
    })
  }
}
