import { expect, test } from 'vitest'
import { kubeletVariables } from '../../../../../src/backends/kubernetes/pod/kubelet-variables.ts'

test('hides the address of the API server', () => {
  expect(kubeletVariables({})).toEqual(
    expect.arrayContaining(['HOME', 'HOSTNAME', 'KUBERNETES_SERVICE_HOST', 'KUBERNETES_PORT_443_TCP_ADDR']),
  )
})

test.each([[{ serviceAccountName: 'orders' }], [{ automountServiceAccountToken: true }]])(
  'keeps it for a function with a service account (%o)',
  spec => {
    expect(kubeletVariables({ spec })).toEqual(['HOME', 'HOSTNAME'])
  },
)
