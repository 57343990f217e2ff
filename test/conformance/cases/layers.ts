import { expect } from 'vitest'
import type { ConformanceCase, Theme } from '../case.ts'
import { bashFunction, type Language, MANAGED } from '../languages.ts'

const MODULE: Readonly<
  Record<string, { readonly general: string; readonly own: string; readonly text: (says: string) => string }>
> = {
  nodejs24: {
    general: 'nodejs/node_modules/greeting/index.js',
    own: 'nodejs/node24/node_modules/greeting/index.js',
    text: says => `module.exports = '${says}'`,
  },
  nodejs22: {
    general: 'nodejs/node_modules/greeting/index.js',
    own: 'nodejs/node22/node_modules/greeting/index.js',
    text: says => `module.exports = '${says}'`,
  },
  python: {
    general: 'python/greeting.py',
    own: '',
    text: says => `said = '${says}'`,
  },
}

const IMPORTS: Readonly<Record<string, Record<string, string>>> = {
  nodejs24: { 'index.js': "exports.handler = async () => require('greeting')" },
  nodejs22: { 'index.js': "exports.handler = async () => require('greeting')" },
  python: { 'app.py': 'import greeting\ndef handler(event, context):\n    return greeting.said' },
}

const found: ConformanceCase = {
  name: 'a module of a layer is found',
  contract: '6.2',
  in: MANAGED,
  async run(lab) {
    const { general, text } = MODULE[lab.language]!
    const fn = await lab.launch({ code: IMPORTS[lab.language], layers: [{ [general]: text('from the layer') }] })
    expect((await fn.invoke({})).payload).toBe('from the layer')
    return `/opt/${general}`
  },
}

const later: ConformanceCase = {
  name: 'of two layers the later wins',
  contract: '6.2',
  in: MANAGED,
  async run(lab) {
    const { general, text } = MODULE[lab.language]!
    const layers = [{ [general]: text('first') }, { [general]: text('second') }]
    const fn = await lab.launch({ code: IMPORTS[lab.language], layers })
    expect((await fn.invoke({})).payload).toBe('second')
    return 'second'
  },
}

const ofRuntime: ConformanceCase = {
  name: 'the folder of this runtime’s version comes before the general one',
  contract: '6.1, 6.2',
  in: ['nodejs24', 'nodejs22'],
  async run(lab) {
    const { general, own, text } = MODULE[lab.language]!
    const fn = await lab.launch({ code: IMPORTS[lab.language], layers: [{ [general]: text('general'), [own]: text('own') }] })
    expect((await fn.invoke({})).payload).toBe('own')
    return `/opt/${own.replace(/\/greeting.*/, '')}`
  },
}

const program: ConformanceCase = {
  name: 'a program in bin/ of a layer is on the PATH',
  contract: '6.1, 6.2',
  in: ['provided', 'python', 'nodejs24'],
  async run(lab) {
    const code: Partial<Record<Language, unknown>> = {
      provided: bashFunction('while next; do respond "\\"$(greet)\\""; done'),
      python: {
        'app.py':
          'import subprocess\ndef handler(event, context):\n    return subprocess.check_output(["greet"]).decode().strip()',
      },
      nodejs24: {
        'index.mjs':
          "import { execFileSync } from 'node:child_process'\nexport const handler = async () => execFileSync('greet').toString().trim()",
      },
    }
    const fn = await lab.launch({ code: code[lab.language], layers: [{ 'bin/greet': '#!/bin/sh\necho hello' }] })
    expect((await fn.invoke({})).payload).toBe('hello')
    return 'hello'
  },
}

const wrapper: ConformanceCase = {
  name: 'AWS_LAMBDA_EXEC_WRAPPER of a layer gets the runtime’s command as its arguments',
  contract: '6.1',
  in: MANAGED,
  async run(lab) {
    const script = '#!/bin/sh\nexport WRAPPED="by $0 with $# arguments"\nexec "$@"'
    const fn = await lab.launch({
      layers: [{ 'wrap.sh': script }],
      environment: { AWS_LAMBDA_EXEC_WRAPPER: '/opt/wrap.sh' },
    })
    expect((await fn.invoke({ op: 'env' })).payload.WRAPPED).toMatch(/\/wrap\.sh with [1-9]\d* arguments$/)
    return 'by /opt/wrap.sh, with the command'
  },
}

const noWrapper: ConformanceCase = {
  name: 'an AWS_LAMBDA_EXEC_WRAPPER that is not there: exit status 127',
  contract: '2.5',
  in: MANAGED,
  async run(lab) {
    const fn = await lab.launch({ environment: { AWS_LAMBDA_EXEC_WRAPPER: '/opt/absent' } })
    const result = await fn.invoke({})
    expect(result.error).toMatchObject({
      errorType: 'Runtime.ExitError',
      errorMessage: `RequestId: ${result.requestId} Error: Runtime exited with error: exit status 127`,
    })
    return 'Runtime.ExitError: … Runtime exited with error: exit status 127'
  },
}

const ignoredWrapper: ConformanceCase = {
  name: 'provided.* knows no AWS_LAMBDA_EXEC_WRAPPER',
  contract: '6.1',
  in: ['provided'],
  async run(lab) {
    const fn = await lab.launch({ environment: { AWS_LAMBDA_EXEC_WRAPPER: '/opt/absent' } })
    expect((await fn.invoke({ op: 'count' })).payload).toBe(1)
    return 'it is an ordinary variable'
  },
}

const bootstrapOfLayer: ConformanceCase = {
  name: 'bootstrap is taken from /opt where the code has none, and from the code where both have one',
  contract: '6.2',
  in: ['provided'],
  async run(lab) {
    const says = (where: string): Record<string, string> => {
      const { bootstrap, ...library } = bashFunction(`while next; do respond '"${where}"'; done`) as Record<string, string>
      return { ...library, bootstrap: bootstrap! }
    }
    const { bootstrap = '', ...library } = says('layer')
    const layers = [{ bootstrap }]
    const fromLayer = await lab.launch({ code: library, layers })
    expect((await fromLayer.invoke({})).payload).toBe('layer')
    const fromCode = await lab.launch({ code: says('code'), layers })
    expect((await fromCode.invoke({})).payload).toBe('code')
    return '/var/task/bootstrap, else /opt/bootstrap'
  },
}

const noBootstrap: ConformanceCase = {
  name: 'no bootstrap',
  contract: '2.5',
  in: ['provided'],
  async run(lab) {
    const fn = await lab.launch({ code: { 'read.me': 'nothing to start' } })
    const result = await fn.invoke({})
    expect(Buffer.from(result.rawPayload).toString()).toBe(
      `{"errorType":"Runtime.InvalidEntrypoint","errorMessage":"RequestId: ${result.requestId} Error: Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]"}`,
    )
    return "Runtime.InvalidEntrypoint: … Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]"
  },
}

const brokenBootstraps = [
  { what: 'a bootstrap that is no program', content: 'not a program at all', reason: 'exec format error' },
  {
    what: 'a bootstrap whose interpreter is not there',
    content: '#!/no/such/interpreter\n',
    reason: 'no such file or directory',
  },
].map(
  ({ what, content, reason }): ConformanceCase => ({
    name: what,
    contract: '2.5',
    in: ['provided'],
    async run(lab) {
      const fn = await lab.launch({ code: { bootstrap: content } })
      const result = await fn.invoke({})
      expect(result.error).toMatchObject({
        errorType: 'Runtime.InvalidEntrypoint',
        errorMessage: `RequestId: ${result.requestId} Error: fork/exec /var/task/bootstrap: ${reason}`,
      })
      return `Runtime.InvalidEntrypoint: … fork/exec /var/task/bootstrap: ${reason}`
    },
  }),
)

export const layers: Theme = {
  name: 'layers, wrappers, bootstraps',
  cases: [
    found,
    later,
    ofRuntime,
    program,
    wrapper,
    noWrapper,
    ignoredWrapper,
    bootstrapOfLayer,
    noBootstrap,
    ...brokenBootstraps,
  ],
}
