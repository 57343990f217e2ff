import { expect } from 'vitest'
import type { ConformanceCase, Theme } from '../case.ts'
import { type Language, NODE, PROBES } from '../languages.ts'

const COMMON = [
  'AWS_ACCESS_KEY_ID',
  'AWS_DEFAULT_REGION',
  'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
  'AWS_LAMBDA_FUNCTION_NAME',
  'AWS_LAMBDA_FUNCTION_VERSION',
  'AWS_LAMBDA_INITIALIZATION_TYPE',
  'AWS_LAMBDA_LOG_GROUP_NAME',
  'AWS_LAMBDA_LOG_STREAM_NAME',
  'AWS_LAMBDA_RUNTIME_API',
  'AWS_REGION',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_XRAY_CONTEXT_MISSING',
  'AWS_XRAY_DAEMON_ADDRESS',
  'LAMBDA_RUNTIME_DIR',
  'LAMBDA_TASK_ROOT',
  'LANG',
  'LD_LIBRARY_PATH',
  'PATH',
  'TZ',
  '_AWS_XRAY_DAEMON_ADDRESS',
  '_AWS_XRAY_DAEMON_PORT',
]

const OWN: Readonly<Record<Language, readonly string[]>> = {
  nodejs24: ['AWS_EXECUTION_ENV', 'NODE_PATH', '_HANDLER'],
  nodejs22: ['AWS_EXECUTION_ENV', 'NODE_PATH', '_HANDLER', '_X_AMZN_TRACE_ID'],
  python: ['AWS_EXECUTION_ENV', 'PYTHONPATH', '_HANDLER', '_X_AMZN_TRACE_ID'],
  provided: [],
}

/** Made by a shell, by Python’s locale, or by this library’s places; on AWS some are there and some are not. */
const TOLERATED = [
  'PWD',
  'SHLVL',
  '_',
  'OLDPWD',
  'LC_CTYPE',
  'LC_ALL',
  'TMPDIR',
  '_X_AMZN_TRACE_ID',
  'NODE_V8_COVERAGE',
  'HOSTNAME',
]

const exactly: ConformanceCase = {
  name: 'exactly AWS’s variables and the function’s own: nothing of the machine’s',
  contract: '6.1',
  async run(lab) {
    process.env.CONFORMANCE_LEAK = 'must not be seen'
    try {
      const fn = await lab.launch({ environment: { TABLE_NAME: 'orders' } })
      const { payload } = await fn.invoke({ op: 'env' })
      const names = Object.keys(payload).filter(name => !TOLERATED.includes(name))
      expect(names.sort()).toEqual(
        [...COMMON, ...OWN[lab.language].filter(name => !TOLERATED.includes(name)), 'TABLE_NAME'].sort(),
      )
      return `${COMMON.length} names of AWS’s, and ${OWN[lab.language].join(', ') || 'none'} of the runtime’s`
    } finally {
      delete process.env.CONFORMANCE_LEAK
    }
  },
}

const values: ConformanceCase = {
  name: 'the values',
  contract: '6.1',
  async run(lab) {
    const fn = await lab.launch({
      functionName: 'valued',
      memorySize: 300,
      region: 'eu-central-1',
      environment: { TABLE: 'ä b' },
    })
    const { payload, instance } = await fn.invoke({ op: 'env' })
    const { runtime, handler } = PROBES[lab.language]
    expect(payload).toMatchObject({
      AWS_REGION: 'eu-central-1',
      AWS_DEFAULT_REGION: 'eu-central-1',
      AWS_LAMBDA_FUNCTION_NAME: 'valued',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '300',
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/valued',
      AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
      AWS_XRAY_DAEMON_ADDRESS: '169.254.100.1:2000',
      _AWS_XRAY_DAEMON_ADDRESS: '169.254.100.1',
      _AWS_XRAY_DAEMON_PORT: '2000',
      LANG: 'en_US.UTF-8',
      TZ: ':UTC',
      TABLE: 'ä b',
      ...(handler === undefined ? {} : { _HANDLER: handler, AWS_EXECUTION_ENV: `AWS_Lambda_${runtime}` }),
    })
    expect(payload.AWS_LAMBDA_LOG_STREAM_NAME).toMatch(new RegExp(`^\\d{4}/\\d\\d/\\d\\d/\\[\\$LATEST\\]${instance}$`))
    expect(payload.AWS_LAMBDA_RUNTIME_API).toMatch(/^[\w.]+:\d+$/)
    return 'as in AWS’s dump'
  },
}

const keys: ConformanceCase = {
  name: 'credentials are the option’s, never the developer’s',
  contract: 'own API: `credentials`',
  async run(lab) {
    const before = process.env.AWS_ACCESS_KEY_ID
    process.env.AWS_ACCESS_KEY_ID = 'AKIADEVELOPER'
    try {
      const own = await lab.launch({ credentials: { accessKeyId: 'AKIAOWN', secretAccessKey: 'own secret' } })
      const { payload } = await own.invoke({ op: 'env' })
      expect([payload.AWS_ACCESS_KEY_ID, payload.AWS_SECRET_ACCESS_KEY, payload.AWS_SESSION_TOKEN]).toEqual([
        'AKIAOWN',
        'own secret',
        undefined,
      ])
      const dummy = await lab.launch()
      expect((await dummy.invoke({ op: 'env' })).payload.AWS_ACCESS_KEY_ID).not.toBe('AKIADEVELOPER')
      return 'own ones, or dummies'
    } finally {
      if (before === undefined) delete process.env.AWS_ACCESS_KEY_ID
      else process.env.AWS_ACCESS_KEY_ID = before
    }
  },
}

const overridable: ConformanceCase = {
  name: 'TZ, LANG, PATH and AWS_XRAY_* can be overridden',
  contract: '6.1',
  async run(lab) {
    const own = { TZ: 'Europe/Berlin', LANG: 'C.UTF-8', AWS_XRAY_CONTEXT_MISSING: 'RUNTIME_ERROR' }
    const fn = await lab.launch({ environment: own })
    expect((await fn.invoke({ op: 'env' })).payload).toMatchObject(own)
    return 'the function’s own win'
  },
}

const trace: ConformanceCase = {
  name: '_X_AMZN_TRACE_ID is that of the invocation',
  contract: '1.2, 6.1',
  in: ['nodejs22', 'python'],
  async run(lab) {
    const ids = [await lab.invoke({ op: 'env' }), await lab.invoke({ op: 'env' })].map(({ payload }) => payload._X_AMZN_TRACE_ID)
    for (const id of ids) expect(id).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=[01]$/)
    expect(ids[0]).not.toBe(ids[1])
    return 'Root=1-…;Parent=…;Sampled=0, a new one each time'
  },
}

const nodePath: ConformanceCase = {
  name: 'NODE_PATH names the layers’ folders of this runtime first',
  contract: '6.1',
  in: NODE,
  async run(lab) {
    const { payload } = await lab.invoke({ op: 'env' })
    const version = PROBES[lab.language].runtime.replace(/nodejs(\d+)\.x/, 'node$1')
    expect(payload.NODE_PATH).toMatch(new RegExp(`^(\\S+)/nodejs/${version}/node_modules:\\1/nodejs/node_modules:`))
    return `/opt/nodejs/${version}/node_modules:/opt/nodejs/node_modules:…`
  },
}

export const variables: Theme = {
  name: 'environment variables',
  cases: [exactly, values, keys, overridable, trace, nodePath],
}
