import type Docker from 'dockerode'
import { now } from '../../emulator/clock.ts'

interface EngineEvent {
  readonly Action?: string
  readonly status?: string
  readonly Actor?: { readonly Attributes?: Readonly<Record<string, string>> }
}

/** Exit statuses of our init. @see init/README.md */
const INIT_STATUSES: Readonly<Record<string, string>> = {
  64: 'its init was given a wrong setting',
  71: 'the system refused something that its init needs',
  75: 'its init was left alone for too long',
}

/** What the engine says of a container's end, also when it has removed it: it keeps its last events. */
export async function explainEnd(docker: Docker, id: string, since: number): Promise<string | undefined> {
  const paused = await isPaused(docker, id)
  if (paused) return 'it is paused'
  const stream = await docker.getEvents({
    since: Math.floor(since / 1000) - 1,
    until: Math.ceil(now() / 1000),
    filters: { container: [id] },
  })
  let text = ''
  for await (const chunk of stream) text += String(chunk)
  const events = text
    .split('\n')
    .filter(Boolean)
    .map(line => JSON.parse(line) as EngineEvent)
  const named = (name: string): EngineEvent | undefined => events.find(event => (event.Action ?? event.status) === name)
  if (named('oom') !== undefined) return 'the kernel killed it for want of memory'
  const died = named('die') ?? named('died')
  if (died === undefined) return named('destroy') === undefined ? undefined : 'it was removed'
  const { exitCode, containerExitCode } = died.Actor?.Attributes ?? {}
  const code = exitCode ?? containerExitCode ?? '?'
  const own = INIT_STATUSES[code]
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
