import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { DockerBackend } from '../../../src/backends/docker/docker-backend.ts'
import { describeEngines } from './engines.ts'
import { startRegistry } from './registry-double.ts'

const worker = fileURLToPath(new URL('fixtures/prepull.ts', import.meta.url))

// podman wants TLS, or a setting of the machine's, from any registry.
await describeEngines(
  'pulling',
  ({ docker }) => {
    const forget = (reference: string): void =>
      onTestFinished(() => docker.getImage(reference).remove({ force: true }) as Promise<void>)

    test('two workers pull an image once, and say so when it takes over a second', async () => {
      const registry = await startRegistry(1_500)
      const reference = `${registry.host}/some/image:1`
      forget(reference)
      const run = promisify(execFile)
      const workers = await Promise.all([1, 2].map(() => run(process.execPath, [worker, reference])))
      expect(registry.requests.filter(line => line.startsWith('GET') && line.includes('/blobs/'))).toHaveLength(2)
      const said = workers.map(({ stderr }) => stderr).join('')
      expect(said.replaceAll(registry.host, 'HOST').replace(/: \d+ of \d+ MB/, ' …')).toBe(
        'lambda-fixtures: docker pulls HOST/some/image:1 …\nlambda-fixtures: docker pulls HOST/some/image:1: done\n',
      )
    })

    test('an image that is there is used without asking a registry', async () => {
      const registry = await startRegistry()
      const reference = `${registry.host}/some/image:1`
      forget(reference)
      await new DockerBackend().prepullImage(reference)
      const before = registry.requests.length
      await new DockerBackend().prepullImage(reference)
      expect(registry.requests.length).toBe(before)
    })

    test('a failed pull is told in the words of the registry', async () => {
      const registry = await startRegistry()
      const pulled = new DockerBackend().prepullImage(`${registry.host}/another/image:1`)
      await expect(pulled).rejects.toThrow(
        new RegExp(`^docker has no image ${registry.host}/another/image:1 \\(x86_64\\), and could not pull it: .*not found`),
      )
    })
  },
  ['docker'],
)
