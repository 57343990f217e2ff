import { parseArgs } from 'node:util'
import { doctor } from './doctor.ts'
import { logs } from './logs.ts'
import { pull } from './pull.ts'
import { reap } from './reap.ts'

const USAGE = `Usage: lambda-fixtures <command>

  logs [instance-id|function-name] [--json]   show the recent logs of running instances
  pull <image|runtime>... [--backend <name>]  pull images before a test run needs them
  reap [--dry-run] [--json]                   remove what killed test runs left
  doctor                                      show the backends of this machine and the watchdog
`

/** How many names and which flags each command takes. */
const COMMANDS: Readonly<Record<string, { readonly names: number; readonly flags: readonly string[] }>> = {
  logs: { names: 1, flags: ['json'] },
  pull: { names: Number.POSITIVE_INFINITY, flags: ['backend'] },
  reap: { names: 0, flags: ['dry-run', 'json'] },
  doctor: { names: 0, flags: [] },
}

type Print = (text: string) => void

/** Runs a command line and returns its exit code. Node's own parser is strict, and enough for four commands. */
export async function main(args: readonly string[], print: Print, complain: Print): Promise<number> {
  try {
    const { positionals, values } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        'dry-run': { type: 'boolean' },
        json: { type: 'boolean' },
        backend: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    })
    if (values.help) return say(print, USAGE, 0)
    const [command = '', ...names] = positionals
    const takes = COMMANDS[command]
    if (takes === undefined) return say(complain, command === '' ? USAGE : `unknown command: ${command}\n\n${USAGE}`, 2)
    const flags = Object.keys(values).filter(flag => !takes.flags.includes(flag))
    const unexpected = [...flags.map(flag => `--${flag}`), ...names.slice(takes.names)]
    if (unexpected.length > 0) return say(complain, `unexpected: ${unexpected.join(' ')}\n\n${USAGE}`, 2)
    const json = values.json ?? false
    if (command === 'logs') return await logs(names[0], json, print)
    if (command === 'pull') return await pull(names, values.backend, print)
    if (command === 'reap') return await reap({ dryRun: values['dry-run'] ?? false, json }, print)
    return await doctor(print)
  } catch (error) {
    return say(complain, `${(error as Error).message}\n`, 2)
  }
}

function say(to: Print, text: string, code: number): number {
  to(text)
  return code
}
