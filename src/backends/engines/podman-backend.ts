import { podmanHosts, podmanRemedy } from './connection/podman-hosts.ts'
import { ContainerBackend } from './container-backend.ts'

/** Runs functions in Podman containers of AWS's own images, with root or without. */
export class PodmanBackend extends ContainerBackend {
  constructor() {
    super({ name: 'podman', hosts: podmanHosts, remedy: podmanRemedy })
  }
}
