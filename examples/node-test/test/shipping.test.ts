import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { lambda } from 'lambda-fixtures/node-test'

type Handler = (event: { country: string; kilograms: number }) => { cost: number; function: string }

const shipping = lambda<Handler>({
  functionName: 'shipping',
  runtime: 'python3.11',
  code: '../python',
  handler: 'app.handler',
  layers: ['../layers/shipping'],
})

for (const [country, cost] of [
  ['DE', 8],
  ['US', 18],
] as const) {
  test(`parametrised: Python with a layer ships to ${country} for ${cost}`, async () => {
    assert.deepEqual(await shipping({ country, kilograms: 2 }), { cost, function: 'shipping' })
  })
}

test('log assertion: Python logs what it costs', async (t: TestContext) => {
  const result = await shipping.invoke({ country: 'FR', kilograms: 1 })
  t.assert.toHaveLogged(result, { level: 'INFO', message: 'shipping to FR costs 5' })
})

test('function error: a Python exception', async (t: TestContext) => {
  t.assert.toHaveFailed(await shipping.invoke({ country: 'XX', kilograms: 1 }), { errorType: 'KeyError' })
})
