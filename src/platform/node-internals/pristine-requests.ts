import http from 'node:http'
import https from 'node:https'

/** Taken at import: msw and nock replace them later, and the library's own requests are not those that a test wants to see. */
export const pristine: { readonly http: typeof http.request; readonly https: typeof https.request } = {
  http: http.request,
  https: https.request,
}

/**
 * Calls `make` while `http.request` and `https.request` are Node's own, for a client library that looks them up at each request and
 * takes no others. Seen with docker-modem 5.0 and ws 8.23.
 */
export function withPristineRequests<T>(make: () => T): T {
  const present = { http: http.request, https: https.request }
  http.request = pristine.http
  https.request = pristine.https
  try {
    return make()
  } finally {
    http.request = present.http
    https.request = present.https
  }
}
