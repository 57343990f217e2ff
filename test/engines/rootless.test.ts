import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { absent } from '../support/absent.ts'
import { startWorker } from './support/worker.ts'

const url = process.env.LAMBDA_FIXTURES_PODMAN_ROOTLESS

if (url === undefined) {
  absent('podman-rootless', 'LAMBDA_FIXTURES_PODMAN_ROOTLESS is not set; see .ci/engines/podman.sh up rootless')
} else {
  // A machine may delegate the cpu controller of cgroup v2, but not that of v1.
  const isLimited = existsSync('/sys/fs/cgroup/cgroup.controllers')
  test('says once that it can’t limit the processor', async () => {
    const { child, stderr } = await startWorker('podman', { LAMBDA_FIXTURES_PODMAN: url })
    if (!isLimited) await new Promise(resolve => child.stderr?.once('data', resolve))
    expect(stderr()).toMatch(
      isLimited
        ? /^$/
        : /^lambda-fixtures: podman can't limit the processor share of its containers \(.*500.*\)\. Functions use .*\n$/,
    )
  })
}
