import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { settleOptions } from '../../../../src/backends/kubernetes/kubernetes-options.ts'

const settle = (options: object, env: Record<string, string> = {}): object => settleOptions(options, JSON.parse, env)

test('has defaults', () => {
  expect(settle({})).toEqual({
    kubeconfig: undefined,
    context: undefined,
    namespace: undefined,
    createNamespace: false,
    podTemplate: {},
    startTimeout: 120_000,
  })
})

test('reads the environment, and prefers the options', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lambda-fixtures-settings-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'template.json')
  writeFileSync(file, '{"spec": {"priorityClassName": "low"}}')
  const env = {
    LAMBDA_FIXTURES_KUBERNETES_CONTEXT: 'ci',
    LAMBDA_FIXTURES_KUBERNETES_NAMESPACE: 'tests',
    LAMBDA_FIXTURES_KUBERNETES_CREATE_NAMESPACE: 'true',
    LAMBDA_FIXTURES_KUBERNETES_POD_TEMPLATE: file,
    LAMBDA_FIXTURES_KUBERNETES_START_TIMEOUT: '7',
  }
  expect(settle({ namespace: 'mine' }, env)).toMatchObject({
    context: 'ci',
    namespace: 'mine',
    createNamespace: true,
    podTemplate: { spec: { priorityClassName: 'low' } },
    startTimeout: 7_000,
  })
})

test.each([
  [
    {},
    { LAMBDA_FIXTURES_KUBERNETES_START_TIMEOUT: 'soon' },
    /^kubernetes: the start timeout must be a number of seconds above 0, but is "soon"\.$/,
  ],
  [{ startTimeout: 0 }, {}, /but is 0\.$/],
  [
    {},
    { LAMBDA_FIXTURES_KUBERNETES_POD_TEMPLATE: '/none.yaml' },
    /^kubernetes: the pod template \/none\.yaml can't be read: ENOENT/,
  ],
])('refuses the options %o with the environment %o', (options, env, message) => {
  expect(() => settle(options, env as Record<string, string>)).toThrow(message)
})
