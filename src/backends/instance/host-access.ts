import { createDebug } from 'obug'
import type { LambdaFunction } from '../../model/lambda-function.ts'

const debug = createDebug('lambda-fixtures:host')

const LOCAL = String.raw`(?:localhost|127\.0\.0\.1)`
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

/**
 * Which ports of this machine functions reach under the same address: those that a user asked for by `hostUrl()`, and those that
 * the variables of a function name.
 */
export class HostAccess {
  readonly #asked = new Set<number>()

  /** `url` as a function must write it. */
  hostUrl(url: URL): string {
    if (!/^(localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1?\])$/.test(url.hostname)) return url.href
    const local = new URL(url)
    // The init listens on IPv4 alone. URLs without one of the web's schemes keep the host they have.
    if (!/^(localhost|127\.0\.0\.1)$/.test(url.hostname)) local.hostname = 'localhost'
    for (const port of localPorts(local.href)) this.#asked.add(port)
    return local.href
  }

  portsOf({ functionName, environment, hostAccess }: LambdaFunction): readonly number[] {
    if (hostAccess === false) return []
    const ports = new Set(this.#asked)
    for (const [name, value] of Object.entries(environment)) {
      for (const port of localPorts(value)) {
        ports.add(port)
        debug(`${functionName}: localhost:${port} of ${name} is localhost:${port} of this machine`)
      }
    }
    return [...ports]
  }
}
