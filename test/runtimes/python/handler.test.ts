import { describe } from 'vitest'
import { behavesAsAwslambdaric } from './as-awslambdaric.ts'

const echo = 'def handler(event, context):\n    return event\n'

describe('finding the handler', () => {
  behavesAsAwslambdaric([
    { name: 'module.function', code: echo, events: ['{"a": 1}', '[]'], shows: '{"a": 1}' },
    { name: 'folder/module.function', files: { 'task/src/api/orders.py': echo }, handler: 'src/api/orders.handler', shows: '{}' },
    { name: 'package.module.function', files: { 'task/src/orders.py': echo }, handler: 'src.orders.handler', shows: '{}' },
    {
      name: 'a class as handler',
      code: 'class Handler(dict):\n    def __init__(self, event, context):\n        self["got"] = event\n',
      handler: 'app.Handler',
      shows: '{"got": {}}',
    },
    { name: 'no dot', code: echo, handler: 'app', shows: "Bad handler 'app': not enough values to unpack (expected 2, got 1)" },
    { name: 'no such module', handler: 'missing.handler', shows: "Unable to import module 'missing': No module named 'missing'" },
    {
      name: 'no such module in a folder',
      handler: 'a/missing.handler',
      shows: "Unable to import module 'a/missing': No module named 'a'",
    },
    {
      name: 'a module that imports what is not there',
      code: 'import requests_not_there\n',
      shows: "No module named 'requests_not_there'",
    },
    { name: 'no such function', code: echo, handler: 'app.main', shows: "Handler 'main' missing on module 'app'" },
    { name: 'a module built into Python', handler: 'sys.exit', shows: 'Cannot use built-in module sys as a handler module' },
    { name: 'a syntax error', code: 'def handler(event, context):\n    return (\n', shows: 'Runtime.UserCodeSyntaxError' },
    { name: 'an indentation error', code: 'def handler(event, context):\nreturn 1\n', shows: 'Line 2' },
    {
      name: 'an exception at import',
      code: 'def connect():\n    raise ValueError("no table")\n\nconnect()\n',
      shows: '"requestId": ""',
    },
    { name: 'an exception without a message at import', code: 'raise RuntimeError\n', shows: '[ERROR] RuntimeError' },
    {
      name: 'an exception of a class of the function at import',
      code: 'class Broken(Exception):\n    pass\n\nraise Broken("ü")\n',
      shows: '[ERROR] Broken: ü',
    },
    { name: 'sys.exit at import', code: 'import sys\nprint("leaving")\nsys.exit(3)\n', shows: 'leaving' },
    { name: 'sys.exit with a message at import', code: 'import sys\nsys.exit("no configuration")\n', shows: 'no configuration' },
    {
      name: 'a module named as one that AWS has loaded',
      files: { 'task/json.py': echo },
      handler: 'json.handler',
      shows: "Handler 'handler' missing on module 'json'",
    },
    {
      name: 'a module named as one that AWS has not loaded',
      files: { 'task/csv.py': echo },
      handler: 'csv.handler',
      shows: '{}',
    },
    { name: 'a module named as one of the bootstrap', files: { 'task/client.py': echo }, handler: 'client.handler', shows: '{}' },
    {
      name: 'modules that shadow what logging and errors need',
      code: 'import logging\n\ndef handler(event, context):\n    logging.error("a")\n    raise ValueError("b")\n',
      files: { 'task/traceback.py': 'raise 1', 'task/logging.py': 'raise 1', 'task/string.py': 'raise 1' },
      shows: 'ValueError: b',
    },
    {
      name: 'an init error in JSON',
      code: 'raise ValueError("no table")\n',
      env: { AWS_LAMBDA_LOG_FORMAT: 'JSON' },
      shows: '"level": "ERROR"',
    },
  ])
})

describe('where imports come from', () => {
  const paths =
    'import os, sys\n\ndef handler(event, context):\n    return [p for p in sys.path if p.startswith(os.path.dirname(os.getcwd()))]\n'
  const layers = {
    'opt/python/both.py': 'where = "python"\n',
    'opt/python/lib/python3.11/site-packages/both.py': 'where = "site-packages"\n',
  }
  const both = 'import both\n\ndef handler(event, context):\n    return both.where\n'
  behavesAsAwslambdaric([
    { name: 'the function first', code: paths, shows: '/var/task' },
    {
      name: 'layers behind it',
      code: paths,
      files: layers,
      env: { LAMBDA_FIXTURES_OPT: '{folder}/opt' },
      shows: '/var/opt/python',
    },
    {
      name: "a layer's site-packages before its python",
      code: both,
      files: layers,
      env: { LAMBDA_FIXTURES_OPT: '{folder}/opt' },
      shows: /"(site-packages|python)"/,
    },
    {
      name: 'the function before its layers',
      code: both,
      files: { ...layers, 'task/both.py': 'where = "task"\n' },
      env: { LAMBDA_FIXTURES_OPT: '{folder}/opt' },
      shows: '"task"',
    },
    {
      name: "a user's PYTHONPATH in place of the layers",
      code: paths,
      files: layers,
      env: { LAMBDA_FIXTURES_OPT: '{folder}/opt', PYTHONPATH: '{folder}/mine' },
      shows: '/var/mine',
    },
    {
      name: 'layers when PYTHONPATH is what AWS sets',
      code: paths,
      files: layers,
      env: { LAMBDA_FIXTURES_OPT: '{folder}/opt', PYTHONPATH: '/var/runtime' },
      shows: '/var/opt/python',
    },
    {
      name: '.pth files of the function',
      code: 'import extra\n\ndef handler(event, context):\n    return extra.where\n',
      files: { 'task/vendor.pth': 'vendor\n', 'task/vendor/extra.py': 'where = "vendor"\n' },
      shows: '"vendor"',
    },
    {
      name: '.pth files of a layer',
      code: 'import extra\n\ndef handler(event, context):\n    return extra.where\n',
      files: { 'opt/python/v.pth': 'vendor\n', 'opt/python/vendor/extra.py': 'where = "layer"\n' },
      env: { LAMBDA_FIXTURES_OPT: '{folder}/opt' },
      shows: '"layer"',
    },
    {
      name: 'an environment without our variables',
      code: 'import os\n\ndef handler(event, context):\n    return sorted(k for k in os.environ if "FIXTURES" in k or "FD" in k or "PYTHON" in k)\n',
      env: { LAMBDA_FIXTURES_OPT: '{folder}/opt' },
      shows: '["PYTHONPATH"]',
    },
  ])
})
