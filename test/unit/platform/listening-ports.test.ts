import { type AddressInfo, createServer } from 'node:net'
import { expect } from 'vitest'
import { listeningPorts } from '../../../src/platform/listening-ports.ts'
import { onLinux } from '../../support/on-linux.ts'

onLinux('has the ports that something listens on, on either loopback address, and no others', async () => {
  for (const address of ['127.0.0.1', '::1']) {
    const server = createServer()
    await new Promise<void>(resolve => server.listen(0, address, resolve))
    const { port } = server.address() as AddressInfo
    expect(listeningPorts()).toContain(port)
    await new Promise(resolve => server.close(resolve))
    expect(listeningPorts()).not.toContain(port)
  }
})
