import { readFile } from 'node:fs/promises'
import type Docker from 'dockerode'
import { removeContainer } from '../src/backends/engines/containers/remove-container.ts'
import { officialRie } from '../test/support/official-rie.ts'
import { asEnv, PLAIN_VARIABLES, putFiles, task } from './plain-function.ts'

/**
 * What is done elsewhere: AWS's emulator in front of the runtime, as in AWS's own images, and a published port that is asked until it
 * answers. Gives ms to the first result.
 */
export async function published(docker: Docker, image: string, files: Readonly<Record<string, string>>): Promise<number> {
  const emulator = await readFile(await officialRie())
  const begin = performance.now()
  const container = await docker.createContainer({
    Image: image,
    Entrypoint: ['/usr/local/bin/aws-lambda-rie', '/var/runtime/bootstrap', 'app.handler'],
    Cmd: [],
    Env: asEnv(PLAIN_VARIABLES),
    ExposedPorts: { '8080/tcp': {} },
    HostConfig: { PortBindings: { '8080/tcp': [{ HostIp: '127.0.0.1', HostPort: '' }] } },
    Labels: { 'lambda-fixtures.bench': 'published' },
  })
  try {
    await putFiles(container, { ...task(files), 'usr/local/bin/aws-lambda-rie': emulator })
    await container.start()
    const { NetworkSettings } = await container.inspect()
    const port = NetworkSettings.Ports['8080/tcp']?.[0]?.HostPort
    const asked = (): Promise<Response | undefined> =>
      fetch(`http://127.0.0.1:${port}/2015-03-31/functions/function/invocations`, {
        method: 'POST',
        body: '{"a":1}',
        headers: { connection: 'close' },
      }).catch(() => undefined)
    let answer = await asked()
    while (!answer?.ok) {
      await new Promise(resolve => setTimeout(resolve, 5))
      answer = await asked()
    }
    const result = await answer.text()
    if (result !== '{"a":1}') throw new Error(`The function answered ${result}`)
    return performance.now() - begin
  } finally {
    await removeContainer(container)
  }
}
