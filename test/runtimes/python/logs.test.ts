import { describe, expect, test } from 'vitest'
import { behavesAsAwslambdaric, type PythonCase, runOurs } from './as-awslambdaric.ts'

const everything = `
import logging, sys

class Odd:
    def __repr__(self):
        return "odd"

logging.warning("at init")

def handler(event, context):
    log = logging.getLogger("orders.api")
    print("printed\\rline", "ü")
    print("to stderr", file=sys.stderr)
    logging.debug("debug")
    logging.info("info")
    log.warning("with %s", "arguments")
    log.error("two\\nlines")
    log.critical("critical", extra={"order": 7, "odd": Odd(), "message_id": None})
    log.log(35, "between levels")
    log.warning({"a": 1, "odd": Odd()})
    try:
        1 / 0
    except ZeroDivisionError:
        log.exception("failed")
    log.error("with a stack", stack_info=False)
    raise ValueError("end")
`
const formats: readonly Record<string, string>[] = [
  {},
  { AWS_LAMBDA_LOG_LEVEL: 'INFO' },
  { AWS_LAMBDA_LOG_LEVEL: 'trace' },
  { AWS_LAMBDA_LOG_LEVEL: 'TRACE' },
  { AWS_LAMBDA_LOG_LEVEL: 'FATAL' },
  { AWS_LAMBDA_LOG_LEVEL: 'nonsense' },
  { AWS_LAMBDA_LOG_FORMAT: 'JSON' },
  { AWS_LAMBDA_LOG_FORMAT: 'JSON', AWS_LAMBDA_LOG_LEVEL: 'DEBUG' },
  { AWS_LAMBDA_LOG_FORMAT: 'Text' },
  { _LAMBDA_TELEMETRY_LOG_FD: '3' },
  { _LAMBDA_TELEMETRY_LOG_FD: '3', AWS_LAMBDA_LOG_LEVEL: 'DEBUG' },
  { _LAMBDA_TELEMETRY_LOG_FD: '3', AWS_LAMBDA_LOG_FORMAT: 'JSON', AWS_LAMBDA_LOG_LEVEL: 'DEBUG' },
]
const name = (env: Record<string, string>): string => Object.entries(env).flat().join(' ') || 'by default'

describe('what is logged', () => {
  behavesAsAwslambdaric(
    formats.map((env): PythonCase => {
      const events = [{ body: '{}', headers: { 'Lambda-Runtime-Aws-Tenant-Id': 'blue' } }, '{}']
      return { name: name(env), code: everything, events, env, shows: 'ValueError' }
    }),
  )
})

describe('an init error', () => {
  behavesAsAwslambdaric(
    formats.map(
      (env): PythonCase => ({
        name: name(env),
        code: 'def f():\n    raise ValueError("no table")\nf()\n',
        env,
        shows: 'ValueError',
      }),
    ),
  )
})

describe('logging', () => {
  const logging = (lines: string): string => `import logging, sys\n\ndef handler(event, context):\n${lines}`
  behavesAsAwslambdaric([
    {
      name: 'has the handler of AWS on its root',
      code: logging(
        '    root = logging.getLogger()\n    return [[type(h).__name__ for h in root.handlers], [type(f).__name__ for f in root.handlers[0].filters], root.level]\n',
      ),
      shows: 'LambdaLoggerHandler',
    },
    {
      name: 'is there for a function that imports it late',
      code: 'def handler(event, context):\n    import logging\n    logging.error("late")\n',
      shows: '[ERROR]\t',
    },
    {
      name: 'is there for a library that imports a part of it',
      code: 'from logging import handlers\nimport logging.config\n\ndef handler(event, context):\n    logging.getLogger("a").error("late")\n',
      shows: '[ERROR]\t',
    },
    {
      name: 'is there for code that finds it by its name',
      code: 'import importlib\n\ndef handler(event, context):\n    importlib.import_module("logging").warning("late")\n    importlib.reload(importlib.import_module("logging"))\n',
      shows: '[WARNING]\t',
    },
    {
      name: 'lets basicConfig do nothing',
      code: logging('    logging.basicConfig(level=logging.DEBUG)\n    logging.info("hidden")\n    logging.warning("shown")\n'),
      shows: 'shown',
    },
    {
      name: 'lets the level be set',
      code: logging('    logging.getLogger().setLevel("INFO")\n    logging.info("shown")\n'),
      shows: '[INFO]\t',
    },
    {
      name: 'lets the format be changed',
      code: logging(
        '    logging.getLogger().handlers[0].setFormatter(logging.Formatter("%(levelname)s %(message)s %(aws_request_id)s\\n"))\n    logging.warning("mine")\n',
      ),
      shows: 'WARNING mine 0000',
    },
    {
      name: 'captures warnings',
      code: 'import warnings, logging\nlogging.captureWarnings(True)\n\ndef handler(event, context):\n    logging.getLogger("py.warnings").warning("w")\n',
      shows: '\tw',
    },
  ])
})

test('arguments that do not fit a log message fail the invocation', async () => {
  const { sent } = await runOurs({ code: 'import logging\n\ndef handler(event, context):\n    logging.warning("%d", "x")\n' })
  expect(JSON.parse(sent[0]?.body ?? '')).toMatchObject({
    errorType: 'TypeError',
    errorMessage: '%d format: a real number is required, not str',
  })
})

describe('standard output', () => {
  behavesAsAwslambdaric([
    {
      name: 'holds nothing back',
      code: 'import sys\n\ndef handler(event, context):\n    print("no end", end="")\n    sys.stderr.write("err")\n    sys.stdout.writelines(["a", "b"])\n',
      events: ['{}', '{}'],
      shows: 'no endab',
    },
    {
      name: 'is what AWS has',
      code: 'import sys\n\ndef handler(event, context):\n    return [type(sys.stdout).__name__, sys.stdout.encoding, sys.stdout.isatty(), sys.stdout.fileno()]\n',
      shows: 'Unbuffered',
    },
    {
      name: 'carries bytes',
      code: 'import sys\n\ndef handler(event, context):\n    sys.stdout.buffer.write(b"\\xff")\n    print("x")\n',
      shows: 'x',
    },
    {
      name: 'may be closed',
      code: 'import sys\n\ndef handler(event, context):\n    sys.stdout = None\n    return 1\n',
      shows: '1',
    },
    {
      name: 'shows the warning of a preview',
      code: 'def handler(event, context):\n    pass\n',
      env: { AWS_EXECUTION_ENV: 'AWS_Lambda_python3.15' },
      shows: 'This is a preview runtime version',
    },
    {
      name: 'shows no warning of a preview when that is not wanted',
      code: 'def handler(event, context):\n    pass\n',
      env: { AWS_EXECUTION_ENV: 'AWS_Lambda_python3.15', LAMBDA_DISABLE_PREVIEW_WARN: '1' },
      shows: 'null',
    },
  ])
})
