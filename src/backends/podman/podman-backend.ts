import { ContainerBackend } from '../container/container-backend.ts'
import { podmanHosts, podmanRemedy } from './podman-hosts.ts'

/** Runs functions in Podman containers of AWS's own images, with root or without. */
export class PodmanBackend extends ContainerBackend {
  constructor() {
    super({ name: 'podman', hosts: podmanHosts, remedy: podmanRemedy })
  }
}
