import { dockerHosts, dockerRemedy } from './connection/docker-hosts.ts'
import { ContainerBackend } from './container-backend.ts'

/** Runs functions in Docker containers of AWS's own images. */
export class DockerBackend extends ContainerBackend {
  constructor() {
    super({ name: 'docker', hosts: dockerHosts, remedy: dockerRemedy })
  }
}
