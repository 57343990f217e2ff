import type Docker from 'dockerode'
import { now } from '../../../platform/clock.ts'
import { initExitReason } from '../../init/init-exit.ts'

interface EngineEvent {
  readonly Action?: string
  readonly status?: string
  readonly Actor?: { readonly Attributes?: Readonly<Record<string, string>> }
}

/** Some engines write down an end a little after it. */
const PATIENCE_MS = 1_000

/** What the engine says of a container's end, also when it has removed it: it keeps its last events. */
export async function explainEnd(docker: Docker, id: string, since: number): Promise<string | undefined> {
  if (await isPaused(docker, id)) return 'it is paused'
  const until = Math.ceil((now() + PATIENCE_MS) / 1000)
  const events = await docker.getEvents({ since: Math.floor(since / 1000) - 1, until, filters: { container: [id] } })
  let hasRun = false
  let text = ''
  for await (const chunk of events) {
    const lines = (text + String(chunk)).split('\n')
    text = lines.pop() ?? ''
    for (const line of lines.filter(Boolean)) {
      const { Action, status, Actor } = JSON.parse(line) as EngineEvent
      const name = Action ?? status
      if (name === 'oom') return 'the kernel killed it for want of memory'
      if (name === 'die' || name === 'died') return reasonOf(Actor?.Attributes)
      if (name === 'start') hasRun = true
      // podman may write down the removal of what still runs before its end.
      if (name === 'destroy' || (name === 'remove' && !hasRun)) return 'it was removed'
    }
  }
  return undefined
}

function reasonOf({ exitCode, containerExitCode }: Readonly<Record<string, string>> = {}): string {
  const code = exitCode ?? containerExitCode ?? '?'
  const own = initExitReason(Number(code))
  if (own !== undefined) return own
  return code === '137' ? 'it was killed (exit code 137)' : `it ended with exit code ${code}`
}

async function isPaused(docker: Docker, id: string): Promise<boolean> {
  try {
    return (await docker.getContainer(id).inspect()).State.Paused
  } catch {
    return false
  }
}
