import { expect } from 'vitest'
import type { ConformanceCase } from '../case.ts'
import type { Language } from '../languages.ts'

const HANDLERS: readonly {
  readonly name: string
  readonly contract: string
  readonly cases: Readonly<
    Partial<
      Record<
        Language,
        { readonly handler: string; readonly code?: Record<string, string>; readonly type: string; readonly message: string }
      >
    >
  >
}[] = [
  {
    name: 'a module that is not there',
    contract: '2.6',
    cases: {
      nodejs24: {
        handler: 'missing.handler',
        type: 'Runtime.ImportModuleError',
        message: "Error: Cannot find module 'missing'\nRequire stack:\n- /",
      },
      nodejs22: {
        handler: 'missing.handler',
        type: 'Runtime.ImportModuleError',
        message: "Error: Cannot find module 'missing'\nRequire stack:\n- /",
      },
      python: {
        handler: 'missing.handler',
        type: 'Runtime.ImportModuleError',
        message: "Unable to import module 'missing': No module named 'missing'",
      },
    },
  },
  {
    name: 'an import that is not there',
    contract: '2.6',
    cases: {
      nodejs24: {
        handler: 'index.handler',
        code: { 'index.cjs': "require('absent-package')" },
        type: 'Runtime.ImportModuleError',
        message: "Error: Cannot find module 'absent-package'",
      },
      nodejs22: {
        handler: 'index.handler',
        code: { 'index.js': "require('absent-package')" },
        type: 'Runtime.ImportModuleError',
        message: "Error: Cannot find module 'absent-package'",
      },
      python: {
        handler: 'app.handler',
        code: { 'app.py': 'import absent_package' },
        type: 'Runtime.ImportModuleError',
        message: "Unable to import module 'app': No module named 'absent_package'",
      },
    },
  },
  {
    name: 'an export that is not there',
    contract: '2.6',
    cases: {
      nodejs24: {
        handler: 'index.missing',
        type: 'Runtime.HandlerNotFound',
        message: 'index.missing is undefined or not exported',
      },
      nodejs22: {
        handler: 'index.missing',
        type: 'Runtime.HandlerNotFound',
        message: 'index.missing is undefined or not exported',
      },
      python: { handler: 'app.missing', type: 'Runtime.HandlerNotFound', message: "Handler 'missing' missing on module 'app'" },
    },
  },
  {
    name: 'a handler that is no function',
    contract: '2.6',
    cases: {
      nodejs24: {
        handler: 'index.handler',
        code: { 'index.mjs': 'export const handler = 42' },
        type: 'Runtime.HandlerNotFound',
        message: 'index.handler is not a function',
      },
      nodejs22: {
        handler: 'index.handler',
        code: { 'index.mjs': 'export const handler = 42' },
        type: 'Runtime.HandlerNotFound',
        message: 'index.handler is not a function',
      },
    },
  },
  {
    name: 'code that does not parse',
    contract: '2.6',
    cases: {
      nodejs24: {
        handler: 'index.handler',
        code: { 'index.mjs': 'export const handler = async () => {' },
        type: 'Runtime.UserCodeSyntaxError',
        message: 'SyntaxError: Unexpected end of input',
      },
      nodejs22: {
        handler: 'index.handler',
        code: { 'index.js': 'exports.handler = async () => {' },
        type: 'Runtime.UserCodeSyntaxError',
        message: 'SyntaxError: Unexpected end of input',
      },
      python: {
        handler: 'app.handler',
        code: { 'app.py': 'def handler(event, context:\n    pass\n' },
        type: 'Runtime.UserCodeSyntaxError',
        message: "Syntax error in module 'app': ",
      },
    },
  },
  {
    name: 'a handler’s name without a dot',
    contract: '2.6, 6.4',
    cases: {
      nodejs24: { handler: 'index', type: 'Runtime.MalformedHandlerName', message: 'Bad handler' },
      nodejs22: { handler: 'index', type: 'Runtime.MalformedHandlerName', message: 'Bad handler' },
      python: {
        handler: 'app',
        type: 'Runtime.MalformedHandlerName',
        message: "Bad handler 'app': not enough values to unpack (expected 2, got 1)",
      },
    },
  },
  {
    name: 'a handler’s name that leaves its folder',
    contract: '2.6',
    cases: {
      nodejs24: {
        handler: 'a/../index.handler',
        type: 'Runtime.MalformedHandlerName',
        message:
          "'a/../index.handler' is not a valid handler name. Use absolute paths when specifying root directories in handler names.",
      },
      nodejs22: {
        handler: 'a/../index.handler',
        type: 'Runtime.MalformedHandlerName',
        message:
          "'a/../index.handler' is not a valid handler name. Use absolute paths when specifying root directories in handler names.",
      },
    },
  },
  {
    name: 'a built-in module as the handler’s',
    contract: '2.6',
    cases: {
      python: {
        handler: 'sys.exit',
        type: 'Runtime.BuiltInModuleConflict',
        message: 'Cannot use built-in module sys as a handler module',
      },
    },
  },
  {
    name: 'a handler with a callback, from Node.js 24 on',
    contract: '2.6, 10',
    cases: {
      nodejs24: {
        handler: 'index.handler',
        code: { 'index.mjs': 'export const handler = (event, context, callback) => callback(null, 1)' },
        type: 'Runtime.CallbackHandlerDeprecated',
        message: 'ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24.',
      },
    },
  },
]

/** Handlers that can't be had. */
export const handlers: readonly ConformanceCase[] = HANDLERS.map(
  ({ name, contract, cases }): ConformanceCase => ({
    name,
    contract,
    in: Object.keys(cases) as Language[],
    async run(lab) {
      const { handler, code, type, message } = cases[lab.language]!
      const fn = await lab.launch({ handler, ...(code === undefined ? {} : { code }) })
      const result = await fn.invoke({})
      expect(result.error).toMatchObject({ errorType: type, reason: 'init' })
      expect(result.error?.errorMessage).toContain(message)
      expect(result.report).toMatchObject({ status: 'error', errorType: type })
      return `${type}: ${message}`
    },
  }),
)
