import { describe } from 'vitest'
import { behavesAsAwslambdaric, type PythonCase } from './as-awslambdaric.ts'

const setUp = `
import collections, datetime, decimal, enum, math
from decimal import Decimal

Point = collections.namedtuple("Point", "x y")

class Color(enum.IntEnum):
    RED = 1

class Name(str, enum.Enum):
    A = "a"

class Ratio(float):
    def __repr__(self):
        return "half"

class Loud(str):
    def __str__(self):
        return "loud"

class Rows(list):
    pass

class Shown:
    def _asdict(self):
        return {"shown": True}

class Broken:
    def _asdict(self):
        return 1

loop = []
loop.append(loop)
shared = {"a": 1}
`
const returning = (expression: string, env?: Record<string, string>): PythonCase => ({
  name: expression.length > 60 ? `${expression.slice(0, 60)}…` : expression,
  code: `${setUp}\ndef handler(event, context):\n    return ${expression}\n`,
  shows: /./,
  ...(env && { env, name: `${expression}, ${env.AWS_EXECUTION_ENV}` }),
})

describe('a result', () => {
  behavesAsAwslambdaric(
    [
      'None',
      '{}',
      '[]',
      '[1, 2.5, True, None, "a"]',
      '{"a": {"b": [1, (2, 3)]}}',
      '{1: 1, 1.5: 2, True: 3, None: 4, "a": 5}',
      '1e100',
      '10 ** 30',
      '[math.nan, math.inf, -math.inf]',
      '"\\"\\\\\\b\\f\\n\\r\\t\\x00\\x1f\\x7f/ü€😀\\u2028\\u2029"',
      '"\\ud800"',
      'b"raw \\xff"',
      '[b"bytes \\xc3\\xbc"]',
      '{b"key": 1}',
      '[b"\\xff"]',
      'Point(1, [Point(2, 3)])',
      '{"p": Point(1, 2), "q": (1, 2)}',
      '[Color.RED, {Color.RED: Color.RED}]',
      '[Name.A, {Name.A: 1}]',
      '[Ratio(0.5), {Ratio(0.5): 1}]',
      '[Loud("quiet"), {Loud("quiet"): 1}]',
      'Rows([1, Rows()])',
      'collections.OrderedDict(b=1, a=collections.defaultdict(list))',
      'collections.Counter("aab")',
      '[Decimal("1.10"), Decimal("1E+2"), Decimal("NaN"), Decimal("-NaN"), Decimal("sNaN"), Decimal("Infinity"), Decimal("-0")]',
      '{Decimal("1"): 1}',
      'Shown()',
      'Broken()',
      '{1, 2}',
      'bytearray(b"a")',
      '[memoryview(b"a")]',
      '1j',
      '...',
      'datetime.datetime(2026, 11, 24)',
      'object()',
      '{(1, 2): 3}',
      'loop',
      '[shared, shared, Point(shared, shared)]',
      'handler',
      'Exception("x")',
      '(i for i in range(3))',
      '{"a": {"b": {3}}}',
    ].map(expression => returning(expression)),
  )
  behavesAsAwslambdaric(
    [
      '"\\"\\\\\\b\\f\\n\\x00\\x7f/ü€😀\\u2028\\u2029"',
      '{"ü": Point("€", b"\\xe2\\x82\\xac"), "\\u2028": Decimal("1.0")}',
      '{"é"}',
    ].map(expression => returning(expression, { AWS_EXECUTION_ENV: 'AWS_Lambda_python3.12' })),
  )
})
