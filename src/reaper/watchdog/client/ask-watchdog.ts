import { connect } from 'node:net'
import { type InstanceLogs, type LogQuery, type LogSummary, lineReader, type Status } from '../protocol.ts'
import { socketPath } from '../watchdog-folder.ts'

/** The running watchdog's status; `undefined` if none is running. */
export async function watchdogStatus(folder: string): Promise<Status | undefined> {
  const lines = await ask(folder, 'STATUS')
  return lines?.map(line => JSON.parse(line))[0]
}

/** The recent logs of this user's running instances; `undefined` if no watchdog is running. */
export async function watchdogLogs(
  folder: string,
  query: LogQuery,
): Promise<({ readonly instances: readonly InstanceLogs[] } & LogSummary) | undefined> {
  const lines = await ask(folder, `LOGS ${JSON.stringify(query)}`)
  const answers = lines?.map(line => JSON.parse(line))
  const summary: LogSummary | undefined = answers?.pop()
  return summary && { ...summary, instances: answers! }
}

/** The lines of an answer; `undefined` if there is none. */
function ask(folder: string, question: string): Promise<string[] | undefined> {
  return new Promise(resolve => {
    const socket = connect(socketPath(folder))
    const lines: string[] = []
    const read = lineReader(line => {
      if (line === 'ACK') resolve(lines)
      if (line === 'ACK' || line.startsWith('NAK ')) socket.destroy()
      else lines.push(line)
    })
    socket.setEncoding('utf8').on('data', read)
    socket.setTimeout(5000, () => socket.destroy())
    socket.on('connect', () => socket.write(`${question}\n`))
    socket.on('error', () => {})
    socket.on('close', () => resolve(undefined))
  })
}
