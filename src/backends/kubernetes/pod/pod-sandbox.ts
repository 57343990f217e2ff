import { EntrypointError } from '../../../emulator/environment/sandbox.ts'
import { clearInterval, setInterval } from '../../../platform/clock.ts'
import { ContainerSandbox } from '../../engines/containers/container-sandbox.ts'

/**
 * A node that dies takes no connection down, and what is not yet told of a pod by then, that it runs, nobody can take back: while
 * something runs, only a question tells. What the cluster knows of a lost node comes earlier, after 40 to 50 s.
 */
const HEARTBEAT_MS = 30_000

/** A container's sandbox on a node that may go away, whose runtime is known to be missing before it is started. */
export class PodSandbox extends ContainerSandbox {
  /** Neither code nor layers have a `bootstrap`, and the image's own isn't asked for. */
  lacksBootstrap = false
  #heartbeat: ReturnType<typeof setInterval> | undefined

  override async start(): Promise<void> {
    if (!this.lacksBootstrap) return await super.start()
    // The init would name the folders that it writes to.
    const message = "Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]"
    throw new EntrypointError('Runtime.InvalidEntrypoint', message)
  }

  override busy(running: boolean): void {
    super.busy(running)
    clearInterval(this.#heartbeat)
    if (!running) return
    let isAnswered = true
    this.#heartbeat = setInterval(() => {
      // If it can be reached, all goes on on another stream.
      if (!isAnswered) this.breakStream()
      isAnswered = false
      this.ping().then(
        () => {
          isAnswered = true
        },
        () => undefined,
      )
    }, HEARTBEAT_MS)
    this.#heartbeat.unref()
  }

  override async destroy(): Promise<void> {
    clearInterval(this.#heartbeat)
    await super.destroy()
  }
}
