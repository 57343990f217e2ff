import { parseArgs } from 'node:util'
import { doctor } from './doctor.ts'
import { reap } from './reap.ts'

const usage = `Usage: lambda-fixtures <command>

  reap [--dry-run] [--json]   remove what killed test runs left
  doctor                      what is there to run functions on, and what the watchdog does
`

/** Runs a command line, and returns the exit code. Two commands and two flags need no parser beyond Node's own, which is strict. */
export async function main(
  args: readonly string[],
  print: (text: string) => void,
  complain: (text: string) => void,
): Promise<number> {
  try {
    const { positionals, values } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { 'dry-run': { type: 'boolean' }, json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    })
    if (values.help) return say(print, usage, 0)
    const [command, ...rest] = positionals
    if (rest.length > 0) return say(complain, `unexpected: ${rest.join(' ')}\n\n${usage}`, 2)
    if (command === 'reap') return await reap({ dryRun: values['dry-run'] ?? false, json: values.json ?? false }, print)
    if (command === 'doctor') return await doctor(print)
    return say(complain, command === undefined ? usage : `unknown command: ${command}\n\n${usage}`, 2)
  } catch (error) {
    return say(complain, `${(error as Error).message}\n`, 2)
  }
}

function say(to: (text: string) => void, text: string, code: number): number {
  to(text)
  return code
}
