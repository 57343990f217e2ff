import type Docker from 'dockerode'
import type { EngineAddress } from '../../../model/resource.ts'

/** A container engine that answers Docker's API. */
export interface Engine {
  /** The backend's name, for messages. */
  readonly backend: 'docker' | 'podman'
  readonly docker: Docker
  /** A second client of the same engine, for connections that become streams. */
  readonly streams: Docker
  /** What really answers: podman may serve Docker's socket. */
  readonly flavour: 'docker' | 'podman'
  readonly architecture: 'x86_64' | 'arm64' | (string & {})
  /** For messages: `unix:///var/run/docker.sock`. */
  readonly url: string
  /** For the watchdog; `undefined` if it can't reach the engine, as with `ssh://`. */
  readonly address: EngineAddress | undefined
}
