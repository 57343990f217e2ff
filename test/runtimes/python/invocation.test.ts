import { describe, expect, test } from 'vitest'
import { behavesAsAwslambdaric, runOurs } from './as-awslambdaric.ts'

const context = (expression: string): string => `def handler(event, context):\n    return ${expression}\n`

describe('the context', () => {
  const clientContext = JSON.stringify({
    custom: { k: 'ü' },
    env: { locale: 'de' },
    client: { installation_id: 'i', app_title: 't', other: 1 },
    w3c: { traceparent: '00-1-2-3', baggage: 4, extra: 'x' },
  })
  const identity = '{"cognitoIdentityId":"id","cognitoIdentityPoolId":"pool"}'
  const withHeaders = (headers: Record<string, string | undefined>) => [{ body: '{}', headers }]
  behavesAsAwslambdaric([
    { name: 'as text', code: context('repr(context)'), shows: 'LambdaContext([aws_request_id=00000000' },
    {
      name: 'as text with everything in it',
      code: context('repr(context)'),
      events: withHeaders({
        'Lambda-Runtime-Client-Context': '{"client":{"app_title":"t"},"custom":{"k":"v"}}',
        'Lambda-Runtime-Cognito-Identity': identity,
        'Lambda-Runtime-Aws-Tenant-Id': 'blue',
      }),
      shows: 'tenant_id=blue',
    },
    {
      name: 'its members',
      code: context(
        '[context.aws_request_id, context.function_name, context.function_version, context.memory_limit_in_mb, context.invoked_function_arn, context.log_group_name, context.log_stream_name, context.tenant_id, context.client_context, context.identity.cognito_identity_id]',
      ),
      shows: '"128"',
    },
    { name: 'its class', code: context('[type(context).__name__, type(context.identity).__name__]'), shows: 'LambdaContext' },
    {
      name: 'the time that remains',
      code: context(
        '[type(context.get_remaining_time_in_millis()).__name__, 59000 < context.get_remaining_time_in_millis() <= 60000]',
      ),
      shows: '["int", true]',
    },
    {
      name: 'no time that remains',
      code: context('context.get_remaining_time_in_millis()'),
      events: withHeaders({ 'Lambda-Runtime-Deadline-Ms': '1' }),
      shows: '0',
    },
    {
      name: 'the client context',
      code: context(
        '[context.client_context.custom, context.client_context.env, context.client_context.client.app_title, context.client_context.client.app_package_name, context.w3c()]',
      ),
      events: withHeaders({ 'Lambda-Runtime-Client-Context': Buffer.from(clientContext).toString('latin1') }),
      shows: '"t", null, {"traceparent": "00-1-2-3"}',
    },
    {
      name: 'a client context without a client',
      code: context('[context.client_context.client, context.w3c()]'),
      events: withHeaders({ 'Lambda-Runtime-Client-Context': '{}' }),
      shows: '[null, {}]',
    },
    {
      name: 'a client context that is not JSON',
      code: context('1'),
      events: [...withHeaders({ 'Lambda-Runtime-Client-Context': '{' }), '{}'],
      shows: 'Unable to parse Client Context JSON: Expecting property name enclosed in double quotes',
    },
    {
      name: 'the Cognito identity',
      code: context('[context.identity.cognito_identity_id, context.identity.cognito_identity_pool_id]'),
      events: withHeaders({ 'Lambda-Runtime-Cognito-Identity': identity }),
      shows: '["id", "pool"]',
    },
    {
      name: 'a Cognito identity that is not JSON',
      code: context('1'),
      events: withHeaders({ 'Lambda-Runtime-Cognito-Identity': 'x' }),
      shows: 'Unable to parse Cognito Identity JSON',
    },
    {
      name: 'its own log',
      code: 'def handler(event, context):\n    context.log("to the log")\n    context.log({"a": 1})\n',
      shows: "to the log{'a': 1}",
    },
    {
      name: 'its own log beside logging',
      code: 'import logging\n\ndef handler(event, context):\n    context.log("to the log")\n',
      shows: 'to the log',
    },
    {
      name: 'the trace id in the environment',
      code: 'import os\n\ndef handler(event, context):\n    return os.environ.get("_X_AMZN_TRACE_ID")\n',
      events: ['{}', ...withHeaders({ 'Lambda-Runtime-Trace-Id': undefined })],
      shows: 'Root=1-5bef4de7',
    },
  ])
})

describe('the event', () => {
  const kind = context('[type(event).__name__, repr(event)]')
  const as = (body: string | Buffer, contentType: string | undefined) => [{ body, headers: { 'Content-Type': contentType } }]
  behavesAsAwslambdaric([
    {
      name: 'of every JSON type',
      code: kind,
      events: ['null', 'true', '-1.5e3', '"ü"', '[1, [2]]', '{"a": {"b": null}}', '12345678901234567890123', ' {"a": 1}\n'],
      shows: 'NoneType',
    },
    {
      name: 'that is not JSON by its type',
      code: kind,
      events: [
        ...as('{"a": 1}', 'text/plain'),
        ...as('\xff', 'application/octet-stream'),
        ...as('{}', 'application/json; charset=utf-8'),
      ],
      shows: '"bytes"',
    },
    { name: 'without a type', code: kind, events: as('{}', undefined), shows: '"bytes"' },
    {
      name: 'that does not parse',
      code: kind,
      events: ['nope', '{}'],
      shows: 'Unable to unmarshal input: Expecting value: line 1 column 1 (char 0)',
    },
    { name: 'that is empty', code: kind, events: [''], shows: 'Runtime.UnmarshalError' },
    {
      name: 'that is not UTF-8',
      code: kind,
      events: [{ body: Buffer.from([0x22, 0xff, 0x22]) }],
      shows: "'utf-8' codec can't decode byte 0xff",
    },
    { name: 'with a byte order mark', code: kind, events: ['\ufeff{"a": 1}'], shows: "{'a': 1}" },
    {
      name: 'with every kind of fault',
      code: kind,
      events: [
        ...[
          '{',
          '{"a"',
          '{"a":',
          '{"a":1',
          '{"a":1,',
          '{"a":1,}',
          '{"a":[1 ,\n ] }',
          '{a:1}',
          '[',
          '[ 1',
          '[1,',
          '[1,]',
          '[1 2]',
          '[,]',
        ],
        ...[
          '{"a":[{"b":"]"} 1',
          '[{"a":"}"}  {}]',
          '"abc',
          '"a\nb"',
          '"\\x"',
          '"\\u12"',
          '"\\ud800\\u12"',
          '1 2',
          'tru',
          '-',
          '01',
        ],
        ...['{1:2}', '{"a" 1}', '["NaN", NaN]', '{"a":-Infinity}', "{'a':1}", '[1,,2]', '{}\nx\ny', '"\\', '1.', '[]]'],
      ],
      shows: 'Illegal trailing comma before end of array',
    },
    { name: 'with a lone surrogate and escapes', code: kind, events: ['"\\ud800 \\u00e9 \\ud83d\\ude00"'], shows: 'str' },
  ])
})

describe('warm invocations', () => {
  behavesAsAwslambdaric([
    {
      name: 'keep the state of the module',
      code: 'count = 0\n\ndef handler(event, context):\n    global count\n    count += 1\n    return count\n',
      events: ['{}', '{}', '{}'],
      shows: '3',
    },
    {
      name: 'are not held up by what the function does to sockets',
      code: 'import socket\nsocket.setdefaulttimeout(0)\n\ndef handler(event, context):\n    return event\n',
      events: ['1', '2'],
      shows: '2',
    },
    { name: 'follow an error', code: 'def handler(event, context):\n    return 1 / event\n', events: ['0', '1'], shows: '1.0' },
  ])

  test('six mebibytes both ways', async () => {
    const event = JSON.stringify({ text: 'x'.repeat(6 * 1024 * 1024 - 20) })
    const { sent } = await runOurs({ code: context('event["text"]'), events: [event, event] })
    expect(sent.map(({ body }) => JSON.parse(body).length)).toEqual([6 * 1024 * 1024 - 20, 6 * 1024 * 1024 - 20])
  })

  test('go on after a result that the platform found too large', async () => {
    const { sent, exit } = await runOurs({ code: context('event'), events: ['1', '2'] }, path =>
      path.includes('000000000000/') ? 413 : 202,
    )
    expect([sent.map(({ body }) => body), exit]).toEqual([['1', '2'], 'serving'])
  })

  test('end when the platform refuses an answer', async () => {
    const { exit, stderr } = await runOurs({ code: context('event'), events: ['1', '2'] }, () => 403)
    expect(exit).toEqual({ code: 1, signal: null })
    expect(stderr).toContain('Failed to post invocation/00000000-0000-4000-8000-000000000000/response: 403')
  })
})
