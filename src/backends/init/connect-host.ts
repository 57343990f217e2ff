import { connect, type Socket } from 'node:net'

const LOOPBACKS = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
]

/** Connects to a port of this machine, whichever of its two loopback addresses a service listens on. */
export function connectHost(port: number): Socket {
  const options = { host: 'localhost', allowHalfOpen: true, noDelay: true, autoSelectFamily: true }
  return connect({ ...options, port, lookup: (_host, _options, done) => done(null, LOOPBACKS) })
}
