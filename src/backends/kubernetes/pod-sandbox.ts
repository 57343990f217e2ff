import { EntrypointError } from '../../emulator/sandbox.ts'
import { ContainerSandbox } from '../container/container-sandbox.ts'

/** A container's sandbox whose runtime is known to be missing before it is started. */
export class PodSandbox extends ContainerSandbox {
  /** Neither code nor layers have a `bootstrap`, and the image's own isn't asked for. */
  lacksBootstrap = false

  override async start(): Promise<void> {
    if (!this.lacksBootstrap) return await super.start()
    // The init would name the folders that it writes to.
    const message = "Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]"
    throw new EntrypointError('Runtime.InvalidEntrypoint', message)
  }
}
