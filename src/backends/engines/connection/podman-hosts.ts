import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { EngineHost } from './engine.ts'

/** What a user can do where none is found. */
export const podmanRemedy = 'start its service: systemctl --user start podman.socket, or set CONTAINER_HOST'

/** Where podman may be: `LAMBDA_FIXTURES_PODMAN`, podman's own `CONTAINER_HOST`, the sockets of this user, of root, and of a machine. */
export function podmanHosts(env: NodeJS.ProcessEnv = process.env, home: string = homedir()): readonly EngineHost[] {
  for (const from of ['LAMBDA_FIXTURES_PODMAN', 'CONTAINER_HOST']) {
    const url = env[from]
    if (url) return [{ url: url.startsWith('/') ? `unix://${url}` : url, from, named: true }]
  }
  const own = join(env.XDG_RUNTIME_DIR ?? `/run/user/${process.getuid?.() ?? 0}`, 'podman/podman.sock')
  const root = '/run/podman/podman.sock'
  const machine = join(home, '.local/share/containers/podman/machine/podman.sock')
  const sockets = process.getuid?.() === 0 ? [root, own] : [own, root]
  const [first = '', ...others] = [...sockets, machine]
  return [first, ...others.filter(socket => existsSync(socket))].map(socket => ({
    url: `unix://${socket}`,
    from: 'default',
    named: false,
  }))
}
