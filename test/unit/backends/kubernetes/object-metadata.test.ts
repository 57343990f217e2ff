import { describe, expect, test } from 'vitest'
import { labelValue, metadataFor, podName } from '../../../../src/backends/kubernetes/object-metadata.ts'

const LABEL = /^([A-Za-z\d][-\w.]{0,61})?[A-Za-z\d]$/
const NAME = /^[a-z\d]([-a-z\d]{0,61}[a-z\d])?$/
const ID = '0123456789abcdef0123456789abcdef'

describe('podName', () => {
  test.each(['orders', 'Orders_v2', '-', '___', 'a'.repeat(64), 'Ünïcode', `${'a'.repeat(39)}--b`])('%s', name => {
    expect(podName(name, ID)).toMatch(NAME)
  })

  test('contains the function’s name', () => {
    expect(podName('Orders_v2', ID)).toBe('lambda-orders-v2-456789abcdef')
  })
})

describe('labelValue', () => {
  test.each([
    ['plain', 'plain'],
    ['-x_', 'x-x_x'],
    ['host:1:2', 'host-1-2'],
    ['_', 'x_x'],
  ])('%s → %s', (text, value) => {
    expect(labelValue(text)).toBe(value)
    expect(value).toMatch(LABEL)
  })

  test('cuts a long value', () => {
    expect(labelValue(`-${'a'.repeat(100)}`)).toMatch(LABEL)
    expect(labelValue(`${'a'.repeat(60)}-${'a'.repeat(100)}`)).toMatch(LABEL)
  })
})

test('annotations hold values that labels can’t', () => {
  const { labels, annotations } = metadataFor({ instanceId: ID, functionName: 'orders', deployId: '-abc_' })
  expect(annotations).toMatchObject({ 'lambda-fixtures.deploy-id': '-abc_', 'lambda-fixtures.function': 'orders' })
  expect(annotations['lambda-fixtures.owner']).toMatch(/:\d+:\d+$/)
  expect(labels).toMatchObject({ 'lambda-fixtures.deploy-id': 'x-abc_x', 'app.kubernetes.io/managed-by': 'lambda-fixtures' })
  for (const value of Object.values(labels)) expect(value).toMatch(LABEL)
})
