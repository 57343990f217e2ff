import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { EngineAddress } from '../../../model/resource.ts'

/**
 * The address of an engine; `undefined` for `ssh://`, which plain HTTP can't reach.
 * @param url `unix://`, `tcp://`, `http(s)://` or `ssh://`
 * @param certificates folder with `ca.pem`, `cert.pem` and `key.pem`: their presence means TLS
 */
export function engineAddress(url: string, certificates?: string): EngineAddress | undefined {
  if (url.startsWith('unix://')) return { socketPath: url.slice('unix://'.length) }
  const { protocol, hostname, port } = new URL(url.includes('://') ? url : `tcp://${url}`)
  if (protocol === 'ssh:') return undefined
  const tls = protocol === 'https:' || certificates !== undefined ? readCertificates(certificates) : undefined
  return {
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(port || (tls === undefined ? 2375 : 2376)),
    ...(tls !== undefined && { tls }),
  }
}

function readCertificates(folder: string | undefined): NonNullable<EngineAddress['tls']> {
  if (folder === undefined) return {}
  const found = ['ca', 'cert', 'key'].flatMap(name => {
    try {
      return [[name, readFileSync(join(folder, `${name}.pem`), 'utf8')] as const]
    } catch {
      return []
    }
  })
  return Object.fromEntries(found)
}
