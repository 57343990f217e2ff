import { describe, expect, test } from 'vitest'
import { behavesAsAwslambdaric, runOurs } from './as-awslambdaric.ts'

const raising = (statement: string): string => `def handler(event, context):\n    ${statement}\n`

describe('an error of a handler', () => {
  behavesAsAwslambdaric([
    {
      name: 'an exception',
      code: raising('raise Exception("Failed: some_error_msg")'),
      shows: '[ERROR] Exception: Failed: some_error_msg\rTraceback (most recent call last):\r\u00a0\u00a0File "/',
    },
    { name: 'without a message', code: raising('raise KeyError'), shows: '[ERROR] KeyError\r' },
    {
      name: 'with a message of several lines',
      code: raising('raise ValueError("one\\n  two\\r\\nthree")'),
      shows: 'ValueError: one',
    },
    { name: 'beyond ASCII', code: `${raising('raise ValueError("ü€😀")')}# ü\n`, shows: 'ü€😀' },
    {
      name: 'beyond ASCII since 3.12',
      code: raising('raise ValueError("ü€😀")'),
      env: { AWS_EXECUTION_ENV: 'AWS_Lambda_python3.12' },
      shows: '"errorMessage": "ü€😀"',
    },
    {
      name: 'of a class of its own, from deep',
      code: 'class Refused(Exception):\n    pass\n\ndef inner():\n    raise Refused("no")\n\ndef handler(event, context):\n    inner()\n',
      shows: 'in inner',
    },
    {
      name: 'with a cause',
      code: 'def handler(event, context):\n    try:\n        1 / 0\n    except ZeroDivisionError as error:\n        raise RuntimeError("late") from error\n',
      shows: 'RuntimeError: late',
    },
    {
      name: 'from the standard library',
      code: 'import json\n\ndef handler(event, context):\n    json.loads("{")\n',
      shows: 'json/decoder.py',
    },
    { name: 'in code made at run time', code: raising('exec("raise ValueError(1)")'), shows: '<string>' },
    { name: 'an import', code: raising('import not_there'), shows: 'ModuleNotFoundError' },
    { name: 'a syntax error', code: raising('compile("(", "generated.py", "exec")'), shows: 'SyntaxError' },
    {
      name: 'a handler that takes no arguments',
      code: 'def handler():\n    pass\n',
      shows: 'takes 0 positional arguments but 2 were given',
    },
    { name: 'a handler that is not callable', code: 'handler = 1\n', shows: "'int' object is not callable" },
    {
      name: 'a handler that is a coroutine function',
      code: 'import warnings\nwarnings.simplefilter("ignore")\n\nasync def handler(event, context):\n    pass\n',
      shows: 'Object of type coroutine is not JSON serializable',
    },
    {
      name: 'a function file called bootstrap.py',
      files: { 'task/bootstrap.py': raising('raise ValueError("x")') },
      handler: 'bootstrap.handler',
      shows: 'ValueError: x',
    },
    {
      name: 'in JSON',
      code: raising('raise ValueError("ü")'),
      env: { AWS_LAMBDA_LOG_FORMAT: 'json' },
      shows: '"level": "ERROR", "errorMessage"',
    },
    { name: 'sys.exit', code: `import sys\n\n${raising('sys.exit(0)')}`, events: ['{}', '{}'], shows: '' },
    { name: 'sys.exit with a code', code: `import sys\n\n${raising('print("bye", end=""); sys.exit(106)')}`, shows: 'bye' },
    { name: 'sys.exit with a message', code: `import sys\n\n${raising('sys.exit("gone")')}`, shows: 'gone' },
    {
      name: 'os._exit after a print without an end',
      code: `import os\n\n${raising('print("last", end=""); os._exit(7)')}`,
      shows: 'last',
    },
    { name: 'a signal', code: `import os\n\n${raising('print("last"); os.kill(os.getpid(), 9)')}`, shows: 'last' },
    { name: 'SIGTERM', code: `import os\n\n${raising('os.kill(os.getpid(), 15)')}`, shows: '' },
  ])

  test('leaves the environment serving after a recursion without end', async () => {
    const code = 'def handler(event, context):\n    return handler(event, context) if event else event\n'
    const { sent, exit } = await runOurs({ code, events: ['1', '0'] })
    expect(sent.map(({ body }) => JSON.parse(body))).toMatchObject([{ errorType: 'RecursionError' }, 0])
    expect(exit).toBe('serving')
  })

  test('has no request id on Python 3.8', async () => {
    const { sent } = await runOurs({ code: raising('raise ValueError("x")'), env: { AWS_EXECUTION_ENV: 'AWS_Lambda_python3.8' } })
    expect(Object.keys(JSON.parse(sent[0]?.body ?? ''))).toEqual(['errorMessage', 'errorType', 'stackTrace'])
  })
})
