import { maskSecrets } from '../../../errors/secrets.ts'
import { shortInstanceId } from '../../session.ts'
import type { InstanceLogs, LogQuery } from '../protocol.ts'

/** Gives the recent logs of instances of this thread. */
export type LogSource = () => Promise<readonly InstanceLogs[]>

const KEY: unique symbol = Symbol.for('lambda-fixtures/log-sources') as never
const shared = globalThis as { [KEY]?: Set<LogSource> }

/** `lambda-fixtures logs` shows what the source gives, until the returned function is called. */
export function addLogSource(source: LogSource): () => void {
  shared[KEY] ??= new Set()
  const sources = shared[KEY]
  sources.add(source)
  return () => sources.delete(source)
}

/** The logs of those instances that the query names, with secrets masked. A source that fails has none. */
export async function findLogs({ name }: LogQuery): Promise<InstanceLogs[]> {
  const answers = await Promise.allSettled([...(shared[KEY] ?? [])].map(source => source()))
  return answers
    .flatMap(answer => (answer.status === 'fulfilled' ? answer.value : []))
    .filter(({ instance, functionName: fn }) => name === undefined || [instance, shortInstanceId(instance), fn].includes(name))
    .map(logs => ({ ...logs, text: maskSecrets(logs.text) }))
}
