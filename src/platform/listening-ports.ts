import { readProc } from './read-proc.ts'

/** The TCP ports of this machine that something listens on; none where the system has no `/proc`. */
export function listeningPorts(): ReadonlySet<number> {
  const tables = ['/proc/self/net/tcp', '/proc/self/net/tcp6'].map(file => readProc(file) ?? '')
  // `0: 0100007F:1F90 00000000:0000 0A`: address and port, the peer's, and the state LISTEN.
  const entries = tables.join('').matchAll(/:([\dA-F]{4}) [\dA-F]+:0000 0A /g)
  return new Set(Array.from(entries, ([, port]) => Number.parseInt(port!, 16)))
}
