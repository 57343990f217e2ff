import { expect, test } from 'vitest'
import { LABELS } from '../../src/reaper/labels.ts'
import { containerOf, containersWith, describeEngines } from './engines.ts'
import { removed, startWorker } from './worker.ts'

const OWN = { LAMBDA_FIXTURES_WATCHDOG_DISABLED: 'true', USES_TESTCONTAINERS: 'true' }

await describeEngines(
  'the session of Testcontainers',
  ({ docker }) => {
    test('Ryuk removes what neither a lifeline nor a watchdog can end', { timeout: 90_000 }, async () => {
      const { child, id } = await startWorker('docker', { ...OWN, TESTCONTAINERS_RYUK_RECONNECTION_TIMEOUT: '2s' })
      // Paused, its init can't end it.
      await (await containerOf(docker, id)).pause()
      child.kill('SIGKILL')
      await removed(docker, id)
      expect(await containersWith(docker, `${LABELS.instance}=${id}`)).toHaveLength(0)
    })

    test('without Ryuk one warning is given, and functions run', async () => {
      const { stderr } = await startWorker('docker', { ...OWN, TESTCONTAINERS_RYUK_DISABLED: 'true' })
      expect(stderr()).toBe(
        'lambda-fixtures: Ryuk of Testcontainers does not remove the containers of this run: TESTCONTAINERS_RYUK_DISABLED is set. The watchdog of lambda-fixtures does.\n',
      )
    })

    test('a Ryuk that can’t be had is no failure', { timeout: 60_000 }, async () => {
      const { stderr } = await startWorker('docker', { ...OWN, RYUK_CONTAINER_IMAGE: 'registry.invalid/ryuk:1' })
      expect(stderr()).toMatch(/Ryuk of Testcontainers does not remove the containers of this run: .*registry\.invalid.*\n$/)
    })
  },
  ['docker'],
)
