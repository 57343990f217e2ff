import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { EngineAddress } from '../../../model/resource.ts'

/** The engine that Docker's own tools would talk to, by `DOCKER_HOST`: for Ryuk's lines, which name none. `undefined` for `ssh://`. */
export function defaultEngine(env: NodeJS.ProcessEnv = process.env): EngineAddress | undefined {
  const address = env.DOCKER_HOST
  if (address === undefined || address === '') return { socketPath: '/var/run/docker.sock' }
  if (address.startsWith('unix://')) return { socketPath: address.slice('unix://'.length) }
  const match = /^(?:tcp|https?):\/\/(\[[^\]]+\]|[^/:]+)(?::(\d+))?/.exec(address)
  if (match === null) return undefined
  const secure = (env.DOCKER_TLS_VERIFY ?? '') !== '' || address.startsWith('https:')
  const host = match[1]!.replace(/^\[(.*)\]$/, '$1')
  return { host, port: Number(match[2] ?? (secure ? 2376 : 2375)), ...(secure && { tls: certificates(env) }) }
}

function certificates(env: NodeJS.ProcessEnv): NonNullable<EngineAddress['tls']> {
  const folder = env.DOCKER_CERT_PATH ?? join(homedir(), '.docker')
  const read = (name: string): string | undefined => {
    try {
      return readFileSync(join(folder, name), 'utf8')
    } catch {
      return undefined
    }
  }
  const [ca, cert, key] = [read('ca.pem'), read('cert.pem'), read('key.pem')]
  return { ...(ca !== undefined && { ca }), ...(cert !== undefined && { cert }), ...(key !== undefined && { key }) }
}
