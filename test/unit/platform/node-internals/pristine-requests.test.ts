import http from 'node:http'
import https from 'node:https'
import { afterEach, expect, test, vi } from 'vitest'
import { pristine, withPristineRequests } from '../../../../src/platform/node-internals/pristine-requests.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

test("requests are Node's own while a client makes one, and a test's again afterwards", () => {
  const intercepted = { http: vi.spyOn(http, 'request'), https: vi.spyOn(https, 'request') }
  expect(withPristineRequests(() => [http.request, https.request])).toEqual([pristine.http, pristine.https])
  const failing = (): never => {
    throw new Error('no request')
  }
  expect(() => withPristineRequests(failing)).toThrow('no request')
  expect([http.request, https.request]).toEqual([intercepted.http, intercepted.https])
})
