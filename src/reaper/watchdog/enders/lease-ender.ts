import type { LeaseResource } from '../../../model/resource.ts'
import { httpRequest } from '../../http-request.ts'
import type { Ender } from './ender.ts'

export const leaseEnder: Ender<LeaseResource> = {
  refusal({ cluster, name, namespace }) {
    if (!URL.canParse(cluster.server)) return `${JSON.stringify(cluster.server)} is not the URL of an API server`
    return name === '' || namespace === '' ? 'a lease has a name and a namespace' : undefined
  },
  async end({ cluster, namespace, name }) {
    const url = new URL(cluster.server)
    const path = `${url.pathname.replace(/\/$/, '')}/apis/coordination.k8s.io/v1/namespaces/${encodeURIComponent(namespace)}/leases/${encodeURIComponent(name)}`
    const { status, body } = await httpRequest({
      secure: url.protocol === 'https:',
      host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
      port: url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : url.port,
      method: 'DELETE',
      // The cluster's garbage collector removes the pods later; nobody waits for that.
      path: `${path}?propagationPolicy=Background`,
      headers: { accept: 'application/json', ...(cluster.token !== undefined && { authorization: `Bearer ${cluster.token}` }) },
      ...(cluster.ca !== undefined && { ca: cluster.ca }),
      ...(cluster.cert !== undefined && { cert: cluster.cert }),
      ...(cluster.key !== undefined && { key: cluster.key }),
      ...(cluster.insecureSkipTlsVerify === true && { rejectUnauthorized: false }),
    })
    if (status === 404) return []
    if (status >= 300) throw new Error(`DELETE lease ${namespace}/${name} answered ${status}: ${body.slice(0, 300)}`)
    return [`removed lease ${namespace}/${name}`]
  },
}
