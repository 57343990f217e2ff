import { createDebug } from 'obug'
import type { LambdaFunction } from '../../model/lambda-function.ts'

const debug = createDebug('lambda-fixtures:host')

const LOCAL = String.raw`(?:localhost|127\.0\.0\.1|\[::1\])`
const PORT = new RegExp(String.raw`(?:^|[^\w.-])${LOCAL}:(\d{1,5})(?!\d)`, 'g')
const SCHEME = new RegExp(String.raw`\b([a-z][a-z\d+.-]*):\/\/(?:[^/@\s]*@)?${LOCAL}(?![\w.:-])`, 'gi')

const DEFAULT_PORTS: Readonly<Record<string, number>> = {
  http: 80,
  ws: 80,
  https: 443,
  wss: 443,
  postgres: 5432,
  postgresql: 5432,
  mysql: 3306,
  mariadb: 3306,
  mongodb: 27017,
  redis: 6379,
  rediss: 6379,
  amqp: 5672,
  amqps: 5671,
  nats: 4222,
  mqtt: 1883,
  memcached: 11211,
}

/** Ports of this machine that a value names: `postgres://localhost/x` → 5432, `localhost:9092,localhost:9093` → both. */
export function localPorts(value: string): readonly number[] {
  const named = [...value.matchAll(PORT)].map(match => Number(match[1]))
  const implied = [...value.matchAll(SCHEME)].map(match => DEFAULT_PORTS[match[1]!.toLowerCase().split('+')[0]!] ?? 0)
  return [...new Set([...named, ...implied])].filter(port => port > 0 && port < 65_536)
}

/** What a function may reach of this machine, under the same addresses. */
export interface ReachableHost {
  readonly ports: readonly number[]
  /** Whether it is to be reached at `[::1]`, too. */
  readonly ipv6: boolean
}

/** The services of this machine that functions may reach: those of `hostUrl()`, and those that a function's variables name. */
export class HostAccess {
  readonly #urls = new Set<string>()

  /** The URL under which a function reaches `url`. */
  hostUrl(url: URL): string {
    if (!/^(localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1?\])$/.test(url.hostname)) return url.href
    const local = new URL(url)
    // Only the web's schemes let a URL's host be changed.
    if (!/^(localhost|127\.0\.0\.1)$/.test(url.hostname)) local.hostname = 'localhost'
    this.#urls.add(local.href)
    return local.href
  }

  reachableBy({ functionName, environment, hostAccess }: LambdaFunction): ReachableHost {
    if (hostAccess === false) return { ports: [], ipv6: false }
    const ports = new Set([...this.#urls].flatMap(localPorts))
    for (const [name, value] of Object.entries(environment)) {
      for (const port of localPorts(value)) {
        ports.add(port)
        debug(`${functionName}: localhost:${port} of ${name} is localhost:${port} of this machine`)
      }
    }
    const ipv6 = [...this.#urls, ...Object.values(environment)].some(value => value.includes('[::1]'))
    return { ports: [...ports], ipv6 }
  }
}
