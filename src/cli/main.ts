import { parseArgs } from 'node:util'
import { doctor } from './doctor.ts'
import { reap } from './reap.ts'

const USAGE = `Usage: lambda-fixtures <command>

  reap [--dry-run] [--json]   remove what killed test runs left
  doctor                      show the backends of this machine and the watchdog
`

/** How many names and which flags each command takes. */
const COMMANDS: Readonly<Record<string, { readonly names: number; readonly flags: readonly string[] }>> = {
  reap: { names: 0, flags: ['dry-run', 'json'] },
  doctor: { names: 0, flags: [] },
}

type Print = (text: string) => void

/** Runs a command line and returns its exit code. Node's own parser is strict, and enough for two commands. */
export async function main(args: readonly string[], print: Print, complain: Print): Promise<number> {
  try {
    const { positionals, values } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        'dry-run': { type: 'boolean' },
        json: { type: 'boolean' },
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
