import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, onTestFinished, test, vi } from 'vitest'
import { ContainerBackend } from '../../src/backends/engines/container-backend.ts'
import { buildImage } from '../../src/backends/engines/images/build-image.ts'
import { launch } from '../../src/index.ts'
import { describeEngines } from './support/describe-engines.ts'
import { startRegistry } from './support/registry-double.ts'

const worker = fileURLToPath(new URL('fixtures/prepull.ts', import.meta.url))

// podman pulls from a registry without TLS only if the machine's settings allow it.
await describeEngines(
  'pulls',
  engine => {
    const { docker } = engine
    const forget = (reference: string): void =>
      onTestFinished(() => docker.getImage(reference).remove({ force: true }) as Promise<void>)

    test('pull an image once for two workers, and print progress after a second', async () => {
      const registry = await startRegistry({ delay: 1_500 })
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

    test('ask no registry for an image that the engine has', async () => {
      const registry = await startRegistry()
      const reference = `${registry.host}/some/image:1`
      forget(reference)
      await new ContainerBackend('docker').prepullImage(reference)
      const before = registry.requests.length
      await new ContainerBackend('docker').prepullImage(reference)
      expect(registry.requests.length).toBe(before)
    })

    /** A new folder for this test. */
    const folder = (files: Readonly<Record<string, string>>): string => {
      const path = mkdtempSync(join(tmpdir(), 'private-'))
      onTestFinished(() => rmSync(path, { recursive: true }))
      for (const [name, content] of Object.entries(files)) writeFileSync(join(path, name), content)
      return path
    }
    const logIn = (host: string, credentials: string): void => {
      const auths = { [host]: { auth: Buffer.from(credentials).toString('base64') } }
      vi.stubEnv('DOCKER_CONFIG', folder({ 'config.json': JSON.stringify({ auths }) }))
      onTestFinished(() => {
        vi.unstubAllEnvs()
      })
    }

    test('use the login for a private image', async () => {
      const registry = await startRegistry({ credentials: 'me:s3cret:word' })
      const reference = `${registry.host}/some/image:1`
      await expect(new ContainerBackend('docker').prepullImage(reference)).rejects.toThrow(
        /could not pull it: .*no basic auth credentials/,
      )
      logIn(registry.host, 'me:s3cret:word')
      forget(reference)
      await new ContainerBackend('docker').prepullImage(reference)
      expect(await docker.getImage(reference).inspect()).toMatchObject({ RepoTags: [reference] })
    })

    test('use the login for a private base image of a build', async () => {
      const registry = await startRegistry({ credentials: 'me:s3cret:word' })
      const reference = `${registry.host}/some/image:1`
      const context = folder({ Dockerfile: `ARG BASE\nFROM \${BASE}\nCOPY . /var/task/\n` })
      const build = { context, dockerfile: 'Dockerfile', buildArgs: { BASE: reference } }
      const name = `localhost/lambda-fixtures/private:${randomUUID()}`
      await expect(buildImage(engine, build, { architecture: engine.architecture, name })).rejects.toThrow(
        /no basic auth credentials/,
      )
      logIn(registry.host, 'me:s3cret:word')
      forget(reference)
      forget(name)
      await buildImage(engine, build, { architecture: engine.architecture, name })
      expect(await docker.getImage(name).inspect()).toMatchObject({ RepoTags: [name] })
    })

    test('are aborted at launchTimeout with an error that names the image', async () => {
      const registry = await startRegistry({ isSlow: true })
      const imageUri = `${registry.host}/some/image:1`
      const started = performance.now()
      const failure = await launch({ functionName: 'waits', imageUri, backend: 'docker', launchTimeout: 3_000 }).catch(
        (error: Error) => error,
      )
      expect(performance.now() - started).toBeLessThan(5_000)
      expect(failure).toMatchObject({ code: 'LAUNCH_TIMEOUT', cause: { cause: { code: 'IMAGE_PULL_FAILED' } } })
      expect((failure as Error).message.replace(/\(launch\(\) at .*?\)/, '(…)').replace(registry.host, 'HOST')).toMatch(
        /^"waits" \(…\) was not launched within 3000 ms: docker was still pulling HOST\/some\/image:1 \(\d of 8 MB\)\. Raise launchTimeout if it needs longer\.$/,
      )
      await registry.brokenOff
    })

    test('report a failure in the registry’s words', async () => {
      const registry = await startRegistry()
      const pulled = new ContainerBackend('docker').prepullImage(`${registry.host}/another/image:1`)
      await expect(pulled).rejects.toThrow(
        new RegExp(
          `^docker does not have the image ${registry.host}/another/image:1 \\(x86_64\\) and could not pull it: .*not found`,
        ),
      )
    })
  },
  ['docker'],
)
