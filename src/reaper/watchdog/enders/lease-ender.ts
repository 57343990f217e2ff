import type { KubernetesResource } from '../../../model/resource.ts'
import type { Ender } from './ender.ts'
import { request } from './http.ts'

export const leaseEnder: Ender<KubernetesResource> = {
  refusal({ cluster, name, namespace }) {
    if (!URL.canParse(cluster.server)) return `${JSON.stringify(cluster.server)} is not the URL of an API server`
    return name === '' || namespace === '' ? 'a lease has a name and a namespace' : undefined
  },
  async end({ cluster, namespace, name }) {
    const url = new URL(cluster.server)
    const path = `${url.pathname.replace(/\/$/, '')}/apis/coordination.k8s.io/v1/namespaces/${encodeURIComponent(namespace)}/leases/${encodeURIComponent(name)}`
    const answer = await request({
      secure: url.protocol === 'https:',
      host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
      port: url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : url.port,
      method: 'DELETE',
      // In the background: the cluster's collector removes the pods after it, and nobody waits for that.
      path: `${path}?propagationPolicy=Background`,
      headers: { accept: 'application/json', ...(cluster.token !== undefined && { authorization: `Bearer ${cluster.token}` }) },
      ...(cluster.ca !== undefined && { ca: cluster.ca }),
      ...(cluster.cert !== undefined && { cert: cluster.cert }),
      ...(cluster.key !== undefined && { key: cluster.key }),
      ...(cluster.insecureSkipTlsVerify === true && { rejectUnauthorized: false }),
    })
    if (answer.status === 404) return []
    if (answer.status >= 300)
      throw new Error(`DELETE lease ${namespace}/${name} said ${answer.status}: ${answer.body.slice(0, 300)}`)
    return [`removed lease ${namespace}/${name}`]
  },
}
