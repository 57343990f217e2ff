import { type AddressInfo, connect, type Server } from 'node:net'

/** `TCP` of Node's binding tcp_wrap. */
type TcpHandle = new (type: typeof SERVER) => { bind(address: string, port: number): number }
/** Its constant for sockets that listen. */
const SERVER = 1
const LOOPBACK = '127.0.0.1'

/**
 * Makes a server listen on a free port of 127.0.0.1, and gives the port. Node's own way looks the address up first, which compiles a
 * large regular expression and takes 3 ms in a new process, so the server gets a handle that is bound already: of the class under the
 * `_handle` of any TCP socket, which is not documented. Without it, Node's own way is taken. Seen on Node 22.12, 24.21 and 26.12.
 */
export async function listenOnLoopback(server: Server): Promise<number> {
  const listening = new Promise((resolve, reject) => server.once('listening', resolve).once('error', reject))
  const handle = boundHandle()
  if (handle === undefined) server.listen(0, LOOPBACK)
  else server.listen(handle)
  // With a handle, it listens at once.
  if (!server.listening) await listening
  return (server.address() as AddressInfo).port
}

function boundHandle(): object | undefined {
  // It is destroyed before it connects.
  const socket = connect(SERVER, LOOPBACK) as ReturnType<typeof connect> & { _handle?: { constructor: TcpHandle } }
  const Tcp = socket._handle?.constructor
  socket.destroy()
  try {
    const handle = Tcp && new Tcp(SERVER)
    return handle?.bind(LOOPBACK, 0) === 0 ? handle : undefined
  } catch {
    return undefined
  }
}
