import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { kubeconfigOf, type TestNamespace, tokenOf } from './cluster.ts'

/** A proxy before the API server. Closed, it looks as if the server is being restarted. */
export interface Proxy {
  readonly kubeconfig: string
  readonly server: string
  readonly connections: number
  /** Accepts no connections, and cuts those that are open. */
  shut(): Promise<void>
  open(): Promise<void>
  /** Cuts the open connections. */
  cut(): void
}

export async function openProxy(namespace: TestNamespace): Promise<Proxy> {
  const target = new URL(namespace.admin.server)
  const sockets = new Set<Socket>()
  let server: Server | undefined
  let port = 0
  const listen = async (): Promise<void> => {
    server = createServer(near => {
      const far = connect(Number(target.port), target.hostname)
      for (const [socket, other] of [
        [near, far],
        [far, near],
      ] as const) {
        sockets.add(socket)
        socket
          .on('error', () => {})
          .on('close', () => {
            sockets.delete(socket)
            other.destroy()
          })
        socket.pipe(other)
      }
    })
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    port = (server.address() as AddressInfo).port
  }
  const cut = (): void => {
    for (const socket of sockets) socket.destroy()
  }
  await listen()
  const kubeconfig = `${namespace.kubeconfig}-${port}`
  const url = `https://127.0.0.1:${port}`
  const config = await kubeconfigOf(namespace.admin, namespace.name, tokenOf(namespace), url)
  writeFileSync(kubeconfig, JSON.stringify(config))
  return {
    kubeconfig,
    server: url,
    get connections() {
      return sockets.size / 2
    },
    async shut() {
      const closing = server
      const closed = new Promise(resolve => closing?.close(resolve))
      cut()
      await closed
    },
    open: listen,
    cut,
  }
}
