import type Docker from 'dockerode'
import type { EngineAddress } from '../../../model/resource.ts'

/** A container engine that answers Docker's API. */
export interface Engine {
  /** The backend's name, for messages: `docker` or `podman`. */
  readonly backend: string
  readonly docker: Docker
  /** The same engine, for connections that become streams. */
  readonly streams: Docker
  /** What really answers; podman may stand behind Docker's socket. */
  readonly flavour: 'docker' | 'podman'
  readonly architecture: 'x86_64' | 'arm64' | (string & {})
  /** Where it is, for messages: `unix:///var/run/docker.sock`. */
  readonly url: string
  /** For the watchdog; `undefined` if only we can reach it, as by `ssh://`. */
  readonly address: EngineAddress | undefined
}

/** A place where an engine may be. */
export interface EngineHost {
  /** `unix://`, `tcp://`, `http(s)://`, `npipe://` or `ssh://`. */
  readonly url: string
  /** The variable, context or default that names it. */
  readonly from: string
  /** Folder with `ca.pem`, `cert.pem` and `key.pem`, for TLS. */
  readonly certificates?: string
  /** Somebody named it, so no other is tried in its place. */
  readonly named: boolean
}
