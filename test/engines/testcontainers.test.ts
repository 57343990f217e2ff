import { expect, test } from 'vitest'
import { LABELS } from '../../src/reaper/labels.ts'
import { containerOf, containersWith, describeEngines } from './support/describe-engines.ts'
import { removed, startWorker } from './support/worker.ts'

const OWN = { LAMBDA_FIXTURES_WATCHDOG_DISABLED: 'true', USES_TESTCONTAINERS: 'true' }

await describeEngines(
  'Ryuk of Testcontainers',
  ({ docker }) => {
    test('removes a container that neither its lifeline nor the watchdog can end', { timeout: 90_000 }, async () => {
      const { child, id } = await startWorker('docker', { ...OWN, TESTCONTAINERS_RYUK_RECONNECTION_TIMEOUT: '2s' })
      // The init of a paused container can't end it.
      await (await containerOf(docker, id)).pause()
      child.kill('SIGKILL')
      await removed(docker, id)
      expect(await containersWith(docker, `${LABELS.instance}=${id}`)).toHaveLength(0)
    })

    test('is not needed: functions run, and one notice is printed', async () => {
      const { stderr } = await startWorker('docker', { ...OWN, TESTCONTAINERS_RYUK_DISABLED: 'true' })
      expect(stderr()).toBe(
        'lambda-fixtures: Ryuk of Testcontainers does not remove the containers of this run: TESTCONTAINERS_RYUK_DISABLED is set. The watchdog of lambda-fixtures does.\n',
      )
    })

    test('does not fail a launch when its image can’t be pulled', { timeout: 60_000 }, async () => {
      const { stderr } = await startWorker('docker', { ...OWN, RYUK_CONTAINER_IMAGE: 'registry.invalid/ryuk:1' })
      expect(stderr()).toMatch(/Ryuk of Testcontainers does not remove the containers of this run: .*registry\.invalid.*\n$/)
    })
  },
  ['docker'],
)
