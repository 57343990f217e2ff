import type Docker from 'dockerode'
import { now } from '../../../platform/clock.ts'
import { initExitReason } from '../../init/init-exit.ts'
import { jsonLines } from '../connection/json-lines.ts'

interface EngineEvent {
  readonly Action?: string
  readonly status?: string
  readonly Actor?: { readonly Attributes?: Readonly<Record<string, string>> }
}

/** Some engines report an end a little after it. */
const PATIENCE_MS = 1_000

/**
 * Why a container does not answer any more, by the engine's events, which outlive the container.
 * @param since when it was created, in milliseconds since the epoch
 */
export async function explainEnd(docker: Docker, id: string, since: number): Promise<string | undefined> {
  if (await isPaused(docker, id)) return 'it is paused'
  const until = Math.ceil((now() + PATIENCE_MS) / 1000)
  const events = await docker.getEvents({ since: Math.floor(since / 1000) - 1, until, filters: { container: [id] } })
  let hasStarted = false
  for await (const { Action, status, Actor } of jsonLines<EngineEvent>(events)) {
    const name = Action ?? status
    if (name === 'oom') return 'the kernel killed it, because it used too much memory'
    if (name === 'die' || name === 'died') return reasonOf(Actor?.Attributes)
    if (name === 'start') hasStarted = true
    // podman may report the removal of a container that still runs before its end.
    if (name === 'destroy' || (name === 'remove' && !hasStarted)) return 'it was removed'
  }
  return undefined
}

function reasonOf({ exitCode, containerExitCode }: Readonly<Record<string, string>> = {}): string {
  const code = exitCode ?? containerExitCode ?? '?'
  const reason = initExitReason(Number(code))
  if (reason !== undefined) return reason
  return code === '137' ? 'it was killed (exit code 137)' : `it ended with exit code ${code}`
}

async function isPaused(docker: Docker, id: string): Promise<boolean> {
  try {
    return (await docker.getContainer(id).inspect()).State.Paused
  } catch {
    return false
  }
}
