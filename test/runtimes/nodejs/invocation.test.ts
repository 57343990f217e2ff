import { describeCases } from './case.ts'

const js = (body: string) => ({ 'index.js': `exports.handler = ${body}` })
const one = { payload: {} }

describeCases('answers', [
  { name: 'a value', files: js(`async event => ({ got: event })`), events: [{ payload: { a: 'ü😀', n: 1.5 } }] },
  { name: 'undefined', files: js(`async () => {}`) },
  { name: 'null', files: js(`async () => null`) },
  { name: 'a promise that is none of ours', files: js(`() => ({ then(resolve) { setTimeout(resolve, 5, 'thenable') } })`) },
  { name: 'circular', files: js(`async () => { const a = {}; a.a = a; return a }`) },
  { name: 'a BigInt', files: js(`async () => 1n`) },
  { name: 'a function', files: js(`async () => () => {}`) },
  { name: 'toJSON that throws', files: js(`async () => ({ toJSON() { throw new Error('no') } })`) },
  { name: 'lone surrogates', files: js(`async () => '\\ud800'`) },
  { name: 'state from event to event', files: js(`(n => async () => ++n)(0)`), events: [one, one, one] },
  {
    name: 'an error, then a value',
    files: js(`async event => { if (event.fail) throw new TypeError('failed'); return 'fine' }`),
    events: [{ payload: { fail: true } }, one],
  },
  {
    name: 'an error with cause and properties',
    files: js(`async () => { throw Object.assign(new Error('outer', { cause: new Error('inner') }), { code: 'E', list: [1] }) }`),
  },
  {
    name: 'an error of a class',
    files: js(
      `async () => { class OrderError extends Error { constructor(m) { super(m); this.name = 'OrderError' } } throw new OrderError('x\\x7Fy') }`,
    ),
  },
  { name: 'an error with a bare stack', files: js(`async () => { const e = new Error('x'); e.stack = undefined; throw e }`) },
  {
    name: 'an error of another realm',
    files: js(`async () => { throw require('vm').runInNewContext('new RangeError("realm")') }`),
  },
  {
    name: 'an error with a long message in another script',
    files: js(`async () => { throw new Error('日本語 '.repeat(2000)) }`),
  },
  { name: 'a string', files: js(`async () => { throw 'text' }`) },
  { name: 'an object', files: js(`async () => { throw { a: 1 } }`) },
  { name: 'undefined thrown', files: js(`async () => { throw undefined }`) },
  { name: 'null thrown', files: js(`async () => { throw null }`) },
  {
    name: 'a getter that throws',
    files: js(`async () => { throw Object.defineProperty(new Error('x'), 'message', { get() { throw new Error('no') } }) }`),
  },
  { name: 'a synchronous error', files: js(`() => { throw new Error('sync') }`), events: [one, one] },
  { name: 'a synchronous value', files: js(`() => 'value'`), events: [one, one] },
  {
    name: 'due timers run before the answer',
    files: js(`async () => { setImmediate(() => console.log('immediate')); return 1 }`),
    events: [one, one],
  },
  { name: 'a handler that exits', files: js(`async () => process.exit(3)`) },
  { name: 'a handler that kills itself', files: js(`async () => process.kill(process.pid, 'SIGKILL')`) },
  { name: 'an exit code that is set', files: js(`async () => { process.exitCode = 9; return 1 }`), events: [one, one] },
  { name: 'refused answers', files: js(`async () => 1`), events: [one, one], postStatus: 413 },
  { name: 'an answer of 3 MB', files: js(`async event => event`), events: [{ payload: { text: 'ü'.repeat(1_500_000) } }, one] },
])

describeCases('context', [
  {
    name: 'all of it',
    files: js(
      `async (event, context) => ({ context, keys: Object.keys(context), left: context.getRemainingTimeInMillis() > 2000, trace: process.env._X_AMZN_TRACE_ID ?? null })`,
    ),
    events: [
      {
        payload: {},
        headers: {
          'Lambda-Runtime-Trace-Id': 'Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1',
          'Lambda-Runtime-Client-Context': '{"custom":{"ü":"1"}}',
          'Lambda-Runtime-Cognito-Identity': '{"cognitoIdentityId":"i","cognitoIdentityPoolId":"p"}',
          'Lambda-Runtime-Aws-Tenant-Id': 'tenant',
        },
      },
      one,
    ],
  },
  {
    name: 'a client context that is no JSON',
    files: js(`async () => 1`),
    events: [{ payload: {}, headers: { 'Lambda-Runtime-Client-Context': '{' } }],
  },
  { name: 'an event that is no JSON', files: js(`async () => 1`), events: [{ payload: '{' }] },
  {
    name: 'no deadline',
    files: js(`async (_, context) => context.getRemainingTimeInMillis() < 0`),
    events: [{ payload: {}, headers: { 'Lambda-Runtime-Deadline-Ms': undefined } }],
  },
  {
    name: 'an id that needs escapes',
    files: js(`async (_, context) => context.awsRequestId`),
    events: [{ payload: {}, headers: { 'Lambda-Runtime-Aws-Request-Id': 'a b/ü' } }],
  },
  { name: 'missing variables', files: js(`async (_, context) => context`), env: { AWS_LAMBDA_FUNCTION_VERSION: undefined } },
  {
    name: 'the invoke store',
    on: ['nodejs24.x'],
    files: js(
      `async () => { const s = awslambda.InvokeStore; s.set('a', 1); let e; try { s.set(s.constructor.PROTECTED_KEYS.REQUEST_ID, 1) } catch (x) { e = x.message } return [s.getRequestId(), s.getXRayTraceId(), s.get('a'), s.hasContext(), s.getTenantId() ?? null, e] }`,
    ),
    events: [one, one],
  },
  { name: 'the awslambda global', files: js(`async () => Object.keys(awslambda).sort()`) },
  {
    name: 'no awslambda global',
    files: js(`async () => typeof awslambda`),
    env: { AWS_LAMBDA_NODEJS_NO_GLOBAL_AWSLAMBDA: 'true' },
  },
])

describeCases('outside the promise', [
  { name: 'a promise that never settles', on: ['nodejs24.x'], files: js(`() => new Promise(() => {})`) },
  {
    name: 'a promise that never settles, not async',
    on: ['nodejs22.x'],
    files: js(`() => new Promise(() => {})`),
    events: [one, one],
  },
  {
    name: 'an uncaught exception',
    files: js(
      `async () => { setTimeout(() => { throw new Error('uncaught') }, 1); await new Promise(r => setTimeout(r, 1000)) }`,
    ),
  },
  {
    name: 'nothing runs after an uncaught exception',
    files: js(
      `async () => { setTimeout(() => { throw new Error('uncaught') }, 1); setTimeout(() => console.log('later'), 1); await new Promise(r => setTimeout(r, 1000)) }`,
    ),
  },
  {
    name: 'an unhandled rejection',
    files: js(`async () => { Promise.reject(new Error('unhandled')); await new Promise(r => setTimeout(r, 1000)) }`),
  },
  {
    name: 'an unhandled rejection of no error',
    files: js(`async () => { Promise.reject('text'); await new Promise(r => setTimeout(r, 1000)) }`),
  },
  {
    name: 'an own listener of uncaught exceptions',
    files: {
      'index.js': `process.on('uncaughtException', e => console.log('own', e.message)); exports.handler = async () => { setTimeout(() => { throw new Error('uncaught') }, 1); await new Promise(r => setTimeout(r, 20)); return 'survived' }`,
    },
    on: ['nodejs24.x'],
  },
  {
    name: 'a timer that is left',
    on: ['nodejs24.x'],
    files: js(`async () => { setTimeout(() => console.log('left'), 60_000); return 1 }`),
    events: [one, one],
  },
  {
    name: 'trace ids and ids after the answer',
    files: js(`async () => { setTimeout(() => console.log('later'), 20); await 1; return 1 }`),
  },
])

const cb = (body: string) => ({ 'index.js': `exports.handler = (event, context, callback) => { ${body} }` })

describeCases(
  'callbacks',
  [
    { name: 'a value', files: cb(`callback(null, 'value')`), events: [one, one] },
    { name: 'an error', files: cb(`callback(new Error('failed'))`), events: [one, one] },
    { name: 'an error that is a string', files: cb(`callback('failed')`) },
    { name: 'nothing', files: cb(`callback()`) },
    { name: 'after a while', files: cb(`setTimeout(callback, 5, null, 'late')`) },
    { name: 'twice', files: cb(`callback(null, 1); callback(null, 2)`) },
    { name: 'never', files: cb(``), events: [one, one] },
    { name: 'waits for the event loop', files: cb(`setTimeout(() => console.log('timer'), 20); callback(null, 'waited')`) },
    {
      name: 'does not wait when told so',
      files: cb(
        `context.callbackWaitsForEmptyEventLoop = false; setTimeout(() => console.log('timer'), 60_000); callback(null, 'at once')`,
      ),
      events: [one, one],
    },
    { name: 'done', files: cb(`setTimeout(() => console.log('timer'), 60_000); context.done(null, 'done')`), events: [one, one] },
    { name: 'done with an error', files: cb(`context.done(new Error('done'))`) },
    { name: 'succeed', files: cb(`context.succeed({ a: 1 })`) },
    { name: 'fail', files: cb(`context.fail(new Error('failed'))`) },
    { name: 'fail without an error', files: cb(`context.fail()`) },
    { name: 'fail after succeed', files: cb(`context.succeed(1); context.fail(new Error('late'))`) },
    { name: 'a circular value', files: cb(`const a = {}; a.a = a; callback(null, a)`) },
    {
      name: 'a circular value at once',
      files: cb(`const a = {}; a.a = a; context.callbackWaitsForEmptyEventLoop = false; callback(null, a)`),
    },
    { name: 'throws after the callback', files: cb(`callback(null, 1); throw new Error('after')`) },
    {
      name: 'a callback and a promise',
      files: {
        'index.js': `exports.handler = async (event, context, callback) => { callback(null, 'callback'); return 'promise' }`,
      },
      events: [one, one],
    },
  ].map(each => ({ ...each, on: ['nodejs22.x'] as const })),
)
