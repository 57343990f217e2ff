import type { Duplex } from 'node:stream'
import type Docker from 'dockerode'
import { instanceLost } from '../../init/tunnel/instance-lost.ts'
import type { ViewStream } from '../../init/tunnel/view-stream.ts'
import type { Engine } from '../connection/engine.ts'
import type { EngineError } from '../connection/engine-error.ts'
import { demultiplexed } from './multiplexed-stream.ts'

/**
 * Opens a stream to the init of a container: an exec of the init's bridge, which lives as long as either side.
 * @throws RuntimeError `INSTANCE_LOST` if another attempt can't help
 */
export async function openEngineStream(
  engine: Engine,
  container: Docker.Container,
  command: readonly string[],
): Promise<ViewStream> {
  try {
    const { id } = await container.exec({
      Cmd: [...command],
      AttachStdin: true,
      AttachStdout: true,
      AttachStderr: true,
      Tty: false,
      // The function may run as the same user, which can read the bridge's environment.
      Env: ['LF_TOKEN='],
    })
    const stream = await engine.streams.getExec(id).start({ hijack: true, stdin: true })
    ;(stream as Duplex & { unref?(): void; setNoDelay?(on: boolean): void }).unref?.()
    ;(stream as Duplex & { setNoDelay?(on: boolean): void }).setNoDelay?.(true)
    return demultiplexed(stream)
  } catch (error) {
    const { statusCode, message } = error as EngineError
    if (statusCode === 404) throw instanceLost('it was removed', error)
    if (statusCode !== undefined && /not running|improper state|is exited|state improper/i.test(message))
      throw instanceLost('it does not run any more', error)
    throw error
  }
}
