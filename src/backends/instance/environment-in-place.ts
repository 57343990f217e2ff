import type { Duplex } from 'node:stream'
import { ExecutionEnvironment } from '../../emulator/environment/execution-environment.ts'
import type { Sandbox, SandboxEvents } from '../../emulator/environment/sandbox.ts'
import type { LambdaFunction } from '../../model/lambda-function.ts'
import type { BackendHandle } from '../backend.ts'
import { EnvironmentInstance } from './environment-instance.ts'
import { lateLineNotice } from './late-lines.ts'

/** A container or a pod, with our init inside, for one environment. */
export interface Place {
  readonly sandbox: Sandbox
  readonly handle: BackendHandle
  /** Everything until the init is there. */
  create(): Promise<void>
}

/** What a place is made with. */
export interface PlaceParts {
  readonly instanceId: string
  readonly events: SandboxEvents
  readonly onRuntimeApi: (connection: Duplex) => void
}

/** An instance in a place of its own, neither of them started yet. */
export function placeInstance<P extends Place>(
  { fn, id, backend }: { readonly fn: LambdaFunction; readonly id: string; readonly backend: string },
  make: (parts: PlaceParts) => P,
): { readonly place: P; readonly instance: EnvironmentInstance } {
  const places: P[] = []
  const environment: ExecutionEnvironment = new ExecutionEnvironment({
    fn,
    id,
    backend,
    onLateLine: lateLineNotice(fn.functionName),
    createSandbox: events => {
      const place = make({ instanceId: id, events, onRuntimeApi: connection => environment.api.accept(connection) })
      places.push(place)
      return place.sandbox
    },
  })
  const place = places[0]!
  const instance = new EnvironmentInstance({
    fn,
    environment,
    taskRoot: '/var/task',
    handle: () => place.handle,
    prepare: () => place.create(),
  })
  return { place, instance }
}
