import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

export interface NetworkNamespace {
  /** What precedes a command that is to run inside. `ip netns exec` would hide the cgroups. */
  readonly enter: readonly string[]
  /** Its address, which this machine can reach. Inside, there is no route to services of this machine. */
  readonly address: string
  end(): Promise<void>
}

let count = 0

/** Creates a network for an engine that must not touch the bridges of others, or that stands for one on another machine. Needs root. */
export async function createNamespace(): Promise<NetworkNamespace> {
  const name = `lf-${process.pid}-${count++}`
  const [outside, inside] = [`h${process.pid % 100_000}x${count}`, `r${process.pid % 100_000}x${count}`]
  const net = `10.231.${(process.pid + count) % 250}`
  const enter = ['nsenter', `--net=/run/netns/${name}`]
  await run('ip', ['netns', 'add', name])
  const end = async (): Promise<void> => void (await run('ip', ['netns', 'delete', name]).catch(() => undefined))
  try {
    await run('ip', ['link', 'add', outside, 'type', 'veth', 'peer', 'name', inside, 'netns', name])
    await run('ip', ['address', 'add', `${net}.1/24`, 'dev', outside])
    await run('ip', ['link', 'set', outside, 'up'])
    await run('ip', ['-n', name, 'address', 'add', `${net}.2/24`, 'dev', inside])
    await run('ip', ['-n', name, 'link', 'set', inside, 'up'])
    await run('ip', ['-n', name, 'link', 'set', 'lo', 'up'])
  } catch (error) {
    await end()
    throw error
  }
  return { enter, address: `${net}.2`, end }
}
