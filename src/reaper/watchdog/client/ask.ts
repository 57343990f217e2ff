import { connect } from 'node:net'
import { socketPath } from '../address.ts'
import type { Status } from '../protocol.ts'

/** The running watchdog's status, or `undefined` if there is none. */
export function askWatchdog(folder: string): Promise<Status | undefined> {
  return new Promise(resolve => {
    const socket = connect(socketPath(folder))
    let answer = ''
    socket.setEncoding('utf8')
    socket.setTimeout(5000, () => socket.destroy())
    socket.on('connect', () => socket.write('STATUS\n'))
    socket.on('data', chunk => {
      answer += chunk
      if (answer.endsWith('ACK\n')) socket.end()
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve(answer.includes('\n') ? JSON.parse(answer.split('\n')[0]!) : undefined))
  })
}
