import { expect, test } from 'vitest'
import { mergePodTemplate } from '../../../../../src/backends/kubernetes/pod/merge-pod-template.ts'

const pod = {
  nodeSelector: { arch: 'amd64' },
  containers: [
    { name: 'function', image: 'x', env: [{ name: 'A', value: '1' }], volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }] },
  ],
  volumes: [{ name: 'tmp', emptyDir: { sizeLimit: '512Mi' } }],
}

test('merges objects, and elements of lists with the same name, and appends other elements', () => {
  const template = {
    serviceAccountName: 'tests',
    nodeSelector: { pool: 'ci' },
    tolerations: [{ key: 'ci', operator: 'Exists' }],
    containers: [
      { name: 'function', env: [{ name: 'B', value: '2' }], volumeMounts: [{ name: 'data', mountPath: '/data' }] },
      { name: 'proxy', image: 'y' },
    ],
    volumes: [
      { name: 'tmp', emptyDir: { medium: 'Memory' } },
      { name: 'data', emptyDir: {} },
    ],
  }
  expect(mergePodTemplate(pod, template)).toEqual({
    serviceAccountName: 'tests',
    nodeSelector: { arch: 'amd64', pool: 'ci' },
    tolerations: [{ key: 'ci', operator: 'Exists' }],
    containers: [
      {
        name: 'function',
        image: 'x',
        env: [
          { name: 'A', value: '1' },
          { name: 'B', value: '2' },
        ],
        volumeMounts: [
          { name: 'tmp', mountPath: '/tmp' },
          { name: 'data', mountPath: '/data' },
        ],
      },
      { name: 'proxy', image: 'y' },
    ],
    volumes: [
      { name: 'tmp', emptyDir: { sizeLimit: '512Mi', medium: 'Memory' } },
      { name: 'data', emptyDir: {} },
    ],
  })
})

test('keeps two mounts of one volume at different paths', () => {
  const twice = { volumeMounts: [{ name: 'a', mountPath: '/1' }] }
  expect(mergePodTemplate(twice, { volumeMounts: [{ name: 'a', mountPath: '/2' }] })).toEqual({
    volumeMounts: [
      { name: 'a', mountPath: '/1' },
      { name: 'a', mountPath: '/2' },
    ],
  })
})

test('changes neither the pod nor the template', () => {
  const before = structuredClone(pod)
  mergePodTemplate(pod, { containers: [{ name: 'function', image: 'z' }], nodeSelector: { pool: 'ci' } })
  expect(pod).toEqual(before)
})
