import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type Docker from 'dockerode'
import { connectEngine } from '../../../src/backends/engines/connection/connect-engine.ts'
import { type EngineHost, engineHosts } from '../../../src/backends/engines/connection/engine-hosts.ts'
import { ContainerBackend } from '../../../src/backends/engines/container-backend.ts'
import type { EngineName } from './describe-engines.ts'
import { createNamespace, type NetworkNamespace } from './network-namespace.ts'

const run = promisify(execFile)
const PODMAN_CONFIGURATION = new URL('../../../.ci/engines/containers.conf', import.meta.url)

export interface OwnEngineOptions {
  readonly name: EngineName
  /** Images of the shared engine that it gets. */
  readonly images: readonly string[]
  /** It listens on TCP only. Default: on a socket. */
  readonly remote?: boolean
  /** The size of the file system for all that it stores, in MB. */
  readonly disk?: number
}

/** An engine for one test, with its own storage and network, which can be restarted, filled and stopped. Needs root. */
export class OwnEngine implements AsyncDisposable {
  readonly url: string
  /** The folder for all that it stores. */
  readonly data: string
  readonly #options: OwnEngineOptions
  readonly #folder: string
  readonly #namespace: NetworkNamespace
  #process: ChildProcess | undefined
  #said = ''

  private constructor(options: OwnEngineOptions, folder: string, namespace: NetworkNamespace) {
    this.#options = options
    this.#folder = folder
    this.#namespace = namespace
    this.data = join(folder, 'data')
    this.url = options.remote ? `tcp://${namespace.address}:2375` : `unix://${folder}/engine.sock`
  }

  static async start(options: OwnEngineOptions): Promise<OwnEngine> {
    const engine = new OwnEngine(options, await mkdtemp(join(tmpdir(), 'lf-engine-')), await createNamespace())
    try {
      await mkdir(engine.data)
      if (options.disk) await run('mount', ['-t', 'tmpfs', '-o', `size=${options.disk}m`, 'tmpfs', engine.data])
      await engine.start()
      const shared = engineHosts('docker')[0]?.url ?? ''
      await run('sh', ['-c', `docker -H ${shared} save ${options.images.join(' ')} | docker -H ${engine.url} load`])
      return engine
    } catch (error) {
      await engine[Symbol.asyncDispose]()
      throw error
    }
  }

  get host(): EngineHost {
    return { url: this.url, from: 'this test' }
  }

  get backend(): ContainerBackend {
    return new ContainerBackend(this.#options.name, [this.host])
  }

  async docker(): Promise<Docker> {
    return (await connectEngine(this.#options.name, [this.host])).docker
  }

  /** Resolves when it answers. */
  async start(): Promise<void> {
    const [command = '', ...rest] = [...this.#namespace.enter, ...(await this.#command())]
    const child = spawn(command, rest, { stdio: ['ignore', 'ignore', 'pipe'], cwd: this.#folder, env: this.#environment() })
    child.stderr.on('data', chunk => {
      this.#said = (this.#said + String(chunk)).slice(-4_000)
    })
    this.#process = child
    while (child.exitCode === null && !(await this.#answers())) await new Promise(resolve => setTimeout(resolve, 50))
    if (child.exitCode !== null) throw new Error(`The engine ended before it answered: ${this.#said}`)
  }

  /** Ends the service. Docker's containers end with it, podman's do not. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const child = this.#process
    this.#process = undefined
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const exit = once(child, 'exit')
    child.kill(signal)
    await exit
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#removeAll().catch(() => undefined)
    await this.stop()
    await run('sh', ['-c', `grep -o ' ${this.#folder}/[^ ]*' /proc/mounts | sort -r | xargs -r umount -l`]).catch(() => undefined)
    await this.#namespace.end()
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined)
  }

  /** Removes the containers that outlive the service. */
  async #removeAll(): Promise<void> {
    if (this.#process === undefined) await this.start()
    const docker = await this.docker()
    const all = await docker.listContainers({ all: true })
    await Promise.all(all.map(({ Id }) => docker.getContainer(Id).remove({ force: true })))
  }

  async #command(): Promise<string[]> {
    const listen = this.url.replace(/^tcp:\/\/.*/, `tcp://${this.#namespace.address}:2375`)
    if (this.#options.name === 'docker') {
      const own = ['--data-root', this.data, '--exec-root', join(this.#folder, 'exec'), '--pidfile', join(this.#folder, 'pid')]
      const network = ['--iptables=false', '--ip-masq=false', '--tls=false', '--log-level', 'error']
      return ['dockerd', '--host', listen, ...own, ...network]
    }
    const given = await readFile(PODMAN_CONFIGURATION, 'utf8')
    await writeFile(
      join(this.#folder, 'containers.conf'),
      given.replaceAll('@STATE@', this.#folder).replaceAll('@DATA@', this.data),
    )
    const storage = `[storage]\ndriver = "overlay"\ngraphroot = "${this.data}/storage"\nrunroot = "${this.#folder}/run"\n`
    await writeFile(join(this.#folder, 'storage.conf'), storage)
    return ['podman', 'system', 'service', '--time=0', listen]
  }

  #environment(): NodeJS.ProcessEnv {
    if (this.#options.name === 'docker') return process.env
    const [conf, storage] = ['containers.conf', 'storage.conf'].map(file => join(this.#folder, file))
    return { ...process.env, CONTAINERS_CONF: conf, CONTAINERS_STORAGE_CONF: storage }
  }

  #answers(): Promise<boolean> {
    const { hostname, port } = new URL(this.url)
    const place = this.#options.remote ? { host: hostname, port } : { socketPath: this.url.slice('unix://'.length) }
    return new Promise(resolve => {
      const asked = request({ ...place, path: '/_ping', agent: false, timeout: 2_000 }, response => {
        response.resume()
        resolve(response.statusCode === 200)
      })
      asked.on('error', () => resolve(false)).on('timeout', () => asked.destroy())
      asked.end()
    })
  }
}
