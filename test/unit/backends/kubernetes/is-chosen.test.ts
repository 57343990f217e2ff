import { expect, test } from 'vitest'
import { isKubernetesChosen } from '../../../../src/backends/kubernetes/is-chosen.ts'

test.each([
  [{}, false],
  [{ KUBECONFIG: '/root/.kube/config' }, false],
  [{ LAMBDA_FIXTURES_BACKEND: 'docker', LAMBDA_FIXTURES_KUBERNETES_CONTEXT: '' }, false],
  [{ LAMBDA_FIXTURES_BACKEND: 'kubernetes' }, true],
  [{ LAMBDA_FIXTURES_KUBERNETES_NAMESPACE: 'tests' }, true],
])('with the environment %o: %s', (env, isChosen) => {
  expect(isKubernetesChosen(env)).toBe(isChosen)
})
