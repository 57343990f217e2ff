import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type Docker from 'dockerode'
import { onTestFinished } from 'vitest'
import { LABELS } from '../../../src/reaper/labels.ts'
import { containersWith, type EngineName } from './describe-engines.ts'

const program = fileURLToPath(new URL('../fixtures/worker.ts', import.meta.url))

/** Starts a process with a session of its own that launches one function. Returns the instance's id, and a view of its stderr. */
export async function startWorker(
  backend: EngineName,
  env: Record<string, string> = {},
): Promise<{ child: ChildProcess; id: string; stderr: () => string }> {
  const { LAMBDA_FIXTURES_SESSION: _, VITEST: _vitest, ...inherited } = process.env
  const child = spawn(process.execPath, ['--no-warnings', program, backend], {
    env: { ...inherited, LAMBDA_FIXTURES_SESSION: randomSession(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let stderr = ''
  child.stderr?.on('data', chunk => {
    stderr += String(chunk)
  })
  const [id] = (await once(createInterface({ input: child.stdout! }), 'line')) as [string]
  return { child, id, stderr: () => stderr }
}

const randomSession = (): string => crypto.randomUUID().replaceAll('-', '').slice(0, 16)

export async function removed(docker: Docker, instance: string): Promise<void> {
  for (const container of await containersWith(docker, `${LABELS.instance}=${instance}`))
    await container.wait({ condition: 'removed' }).catch(() => undefined)
}
