import { lambda } from 'lambda-fixtures/jest'

type Handler = (event: { country: string; kilograms: number }) => { cost: number; function: string }

const shipping = lambda<Handler>({
  functionName: 'shipping',
  runtime: 'python3.11',
  code: '../python',
  handler: 'app.handler',
  layers: ['../layers/shipping'],
})

test.each([
  ['DE', 8],
  ['US', 18],
] as const)('parametrised: Python with a layer ships to %s for %d', async (country, cost) => {
  expect(await shipping({ country, kilograms: 2 })).toEqual({ cost, function: 'shipping' })
})

test('log assertion: Python logs what it costs', async () => {
  const result = await shipping.invoke({ country: 'FR', kilograms: 1 })
  expect(result).toHaveLogged({ level: 'INFO', message: 'shipping to FR costs 5' })
})

test('function error: a Python exception', async () => {
  expect(await shipping.invoke({ country: 'XX', kilograms: 1 })).toHaveFailed({ errorType: 'KeyError' })
})
