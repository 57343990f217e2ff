import type Docker from 'dockerode'
import { removeContainer } from '../src/backends/container/remove-container.ts'

const SERVER = "require('http').createServer((_, answer) => answer.end('1')).listen(8080)"

/** What most libraries do: a container with a server whose port is published, asked until it answers. Gives ms to the first answer. */
export async function published(docker: Docker, image: string): Promise<number> {
  const begin = performance.now()
  const container = await docker.createContainer({
    Image: image,
    Entrypoint: ['node', '-e', SERVER],
    Cmd: [],
    ExposedPorts: { '8080/tcp': {} },
    HostConfig: { PortBindings: { '8080/tcp': [{ HostIp: '127.0.0.1', HostPort: '' }] } },
    Labels: { 'lambda-fixtures.bench': 'published' },
  })
  try {
    await container.start()
    const { NetworkSettings } = await container.inspect()
    const port = NetworkSettings.Ports['8080/tcp']?.[0]?.HostPort
    const asked = (): Promise<boolean> =>
      fetch(`http://127.0.0.1:${port}/`, { headers: { connection: 'close' } }).then(
        ({ ok }) => ok,
        () => false,
      )
    while (!(await asked())) await new Promise(resolve => setTimeout(resolve, 5))
    return performance.now() - begin
  } finally {
    await removeContainer(container)
  }
}
