import http from 'node:http'
import https from 'node:https'
import type Docker from 'dockerode'
import { RuntimeError } from '../../../errors/runtime-error.ts'

type Dockerode = typeof Docker

interface Modem {
  buildRequest(...args: unknown[]): void
}

// Taken at import: msw and nock replace them later, and our requests are not the ones that a test wants to see.
const pristine = { http: http.request, https: https.request }

/** @throws RuntimeError `MISSING_PEER` */
export async function loadDockerode(backend: string): Promise<Dockerode> {
  try {
    return (await import('dockerode')).default
  } catch (cause) {
    throw new RuntimeError('MISSING_PEER', `The ${backend} backend needs dockerode, which is not installed: npm i -D dockerode`, {
      data: { peer: 'dockerode', backend },
      cause,
    })
  }
}

/** A client whose requests nobody intercepts. */
export function createClient(Docker: Dockerode, options: Readonly<Record<string, unknown>>): Docker {
  const client = new Docker(options)
  const modem = client.modem as unknown as Modem
  const build = modem.buildRequest
  modem.buildRequest = (...args) => {
    const present = { http: http.request, https: https.request }
    http.request = pristine.http
    https.request = pristine.https
    try {
      build.apply(modem, args)
    } finally {
      http.request = present.http
      https.request = present.https
    }
  }
  return client
}
