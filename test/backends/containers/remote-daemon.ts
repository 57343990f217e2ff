import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

export interface RemoteDaemon {
  /** For `DOCKER_HOST`. */
  readonly url: string
  end(): Promise<void>
}

/**
 * A Docker daemon in a network namespace of its own, reached by TCP: it stands for one on another machine. Neither it nor its
 * containers have a route back to this one's services. Needs root, `ip`, `dockerd` and the images on the local daemon.
 */
export async function startRemoteDaemon(images: readonly string[]): Promise<RemoteDaemon> {
  const folder = await mkdtemp(join(tmpdir(), 'lf-remote-'))
  const namespace = `lf-${process.pid}`
  const net = process.pid % 250
  const [host, remote] = [`10.231.${net}.1`, `10.231.${net}.2`]
  const inside = ['netns', 'exec', namespace]
  const ended: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })]
  const end = async (): Promise<void> => {
    for (const undo of ended.reverse()) await undo().catch(() => undefined)
  }
  try {
    await run('ip', ['netns', 'add', namespace])
    ended.push(() => run('ip', ['netns', 'delete', namespace]))
    await run('ip', ['link', 'add', `${namespace}h`, 'type', 'veth', 'peer', 'name', `${namespace}r`, 'netns', namespace])
    ended.push(() => run('ip', ['link', 'delete', `${namespace}h`]))
    await run('ip', ['address', 'add', `${host}/24`, 'dev', `${namespace}h`])
    await run('ip', ['link', 'set', `${namespace}h`, 'up'])
    await run('ip', [...inside, 'ip', 'address', 'add', `${remote}/24`, 'dev', `${namespace}r`])
    await run('ip', [...inside, 'ip', 'link', 'set', `${namespace}r`, 'up'])
    await run('ip', [...inside, 'ip', 'link', 'set', 'lo', 'up'])
    const daemon = spawn(
      'ip',
      [
        ...inside,
        'dockerd',
        ...[
          '--host',
          `tcp://${remote}:2375`,
          '--tls=false',
          '--data-root',
          join(folder, 'data'),
          '--exec-root',
          join(folder, 'exec'),
        ],
        ...['--pidfile', join(folder, 'pid'), '--iptables=false', '--ip-masq=false', '--log-level', 'error'],
      ],
      { stdio: 'ignore' },
    )
    const exit = once(daemon, 'exit')
    ended.push(async () => {
      daemon.kill('SIGTERM')
      await exit
    })
    const url = `tcp://${remote}:2375`
    await answering(`http://${remote}:2375/_ping`, exit)
    await run('sh', ['-c', `docker save ${images.join(' ')} | docker -H ${url} load`])
    return { url, end }
  } catch (error) {
    await end()
    throw error
  }
}

async function answering(url: string, exit: Promise<unknown>): Promise<void> {
  let ended = false
  void exit.then(() => {
    ended = true
  })
  while (!ended) {
    const isThere = await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    )
    if (isThere) return
    await new Promise(resolve => setTimeout(resolve, 100))
  }
  throw new Error('dockerd ended before it answered')
}
