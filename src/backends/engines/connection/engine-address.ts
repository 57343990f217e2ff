import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { EngineAddress } from '../../../model/resource.ts'
import type { EngineHost } from './engine.ts'

/** What dockerode wants to know of a host, and what the watchdog does. @throws Error for what can't be read */
export interface EngineConnection {
  readonly options: Readonly<Record<string, unknown>>
  readonly address: EngineAddress | undefined
}

/** Host and socket are both named, so that dockerode takes neither from DOCKER_HOST. */
export function engineConnection({ url, certificates }: EngineHost): EngineConnection {
  if (url.startsWith('unix://') || url.startsWith('npipe://')) {
    const socketPath = url.replace(/^\w+:\/\//, '')
    return { options: { host: undefined, protocol: 'http', socketPath }, address: { socketPath } }
  }
  const { protocol, hostname, port, username } = new URL(url.includes('://') ? url : `tcp://${url}`)
  const host = hostname.replace(/^\[(.*)\]$/, '$1')
  if (protocol === 'ssh:') {
    const sshOptions = { agent: process.env.SSH_AUTH_SOCK }
    return { options: { protocol: 'ssh', host, port: port || 22, username, sshOptions }, address: undefined }
  }
  const tls = protocol === 'https:' || certificates !== undefined ? readCertificates(certificates) : undefined
  const number = Number(port || (tls === undefined ? 2375 : 2376))
  return {
    options: { protocol: tls === undefined ? 'http' : 'https', host, port: number, ...tls },
    address: { host, port: number, ...(tls === undefined ? {} : { tls }) },
  }
}

function readCertificates(folder: string | undefined): NonNullable<EngineAddress['tls']> {
  if (folder === undefined) return {}
  const [ca, cert, key] = ['ca.pem', 'cert.pem', 'key.pem'].map(name => readIfThere(join(folder, name)))
  return { ...(ca !== undefined && { ca }), ...(cert !== undefined && { cert }), ...(key !== undefined && { key }) }
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
