import { watchdogLogs } from '../reaper/watchdog/client/ask-watchdog.ts'
import type { InstanceLogs } from '../reaper/watchdog/protocol.ts'
import { watchdogFolder } from '../reaper/watchdog/watchdog-folder.ts'

/** `lambda-fixtures logs`: exits with 1 if it has no logs to show. @see docs/decisions/logs-command.md */
export async function logs(name: string | undefined, json: boolean, print: (text: string) => void): Promise<number> {
  const answer = await watchdogLogs(watchdogFolder(), { ...(name !== undefined && { name }) })
  const { instances, silent } = answer ?? { instances: [], silent: [] }
  if (json) print(`${JSON.stringify({ instances, silent }, undefined, 2)}\n`)
  else {
    for (const instance of instances) print(formatLogs(instance))
    if (answer === undefined) print('No watchdog is running, so no test run has an instance whose logs can be shown.\n')
    else if (instances.length === 0)
      print(name === undefined ? 'No instance is running.\n' : `No running instance is called ${name}.\n`)
    for (const pid of silent)
      print(`The test process ${pid} did not answer within 2 s: it is stopped, or its event loop is busy.\n`)
  }
  return instances.length > 0 ? 0 : 1
}

function formatLogs({ instance, functionName, backend, pid, text }: InstanceLogs): string {
  const lines = text === '' ? ['(nothing yet)'] : text.trimEnd().split('\n')
  return `${functionName}, instance ${instance} (${backend}, test process ${pid}):\n${lines.map(line => `  ${line}\n`).join('')}\n`
}
