import { ContainerBackend } from '../container/container-backend.ts'
import { dockerHosts, dockerRemedy } from './docker-hosts.ts'

/** Runs functions in Docker containers of AWS's own images. */
export class DockerBackend extends ContainerBackend {
  constructor() {
    super({ name: 'docker', hosts: dockerHosts, remedy: dockerRemedy })
  }
}
