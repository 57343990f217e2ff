import { describeCases } from './case.ts'

const answers = (what: string) => `exports.handler = async () => ${JSON.stringify(what)}\n`
const esm = (what: string) => `export const handler = async () => ${JSON.stringify(what)}\n`

describeCases('handler forms', [
  { name: 'CommonJS', files: { 'index.js': answers('js') } },
  { name: 'CommonJS by .cjs', files: { 'index.cjs': answers('cjs') } },
  { name: 'ES module by .mjs', files: { 'index.mjs': esm('mjs') } },
  { name: 'ES module by package.json', files: { 'index.js': esm('type'), 'package.json': '{"type":"module"}' } },
  {
    name: 'ES module by the nearest package.json',
    files: { 'src/index.js': esm('type'), 'package.json': '{"type":"module"}' },
    handler: 'src/index.handler',
  },
  {
    name: 'CommonJS by the nearest package.json',
    files: { 'src/index.js': answers('cjs'), 'src/package.json': '{"type":"commonjs"}', 'package.json': '{"type":"module"}' },
    handler: 'src/index.handler',
  },
  { name: 'ES module by its syntax', files: { 'index.js': esm('syntax') }, on: ['nodejs24.x'] },
  {
    name: 'ES module by its syntax, with top-level await',
    files: { 'index.js': `globalThis.n = (globalThis.n ?? 0) + 1; await 1; export const handler = async () => globalThis.n` },
    on: ['nodejs24.x'],
  },
  {
    name: 'no ES module by its syntax when that is off',
    files: { 'index.js': esm('syntax') },
    flags: ['--no-experimental-detect-module', '--no-experimental-require-module'],
  },
  {
    name: 'top-level await',
    files: { 'index.mjs': `const x = await new Promise(r => setTimeout(r, 5, 'late'))\nexport const handler = async () => x` },
  },
  {
    name: '.js before .mjs before .cjs',
    files: { 'index.js': answers('js'), 'index.mjs': esm('mjs'), 'index.cjs': answers('cjs') },
  },
  { name: '.mjs before .cjs', files: { 'index.mjs': esm('mjs'), 'index.cjs': answers('cjs') } },
  { name: 'a file without extension first', files: { index: answers('none'), 'index.js': answers('js') } },
  { name: 'a folder of that name', files: { 'index/index.js': answers('folder'), 'index.js': answers('js') } },
  { name: 'nested exports', files: { 'index.js': `exports.a = { b: { c: async () => 'abc' } }` }, handler: 'index.a.b.c' },
  {
    name: 'nested exports of an ES module',
    files: { 'index.mjs': `export const a = { b: async () => 'ab' }` },
    handler: 'index.a.b',
  },
  { name: 'default export of an ES module', files: { 'index.mjs': `export default { handler: async () => 'default' }` } },
  { name: 'default export by name', files: { 'index.mjs': `export default async () => 'default'` }, handler: 'index.default' },
  {
    name: 'module.exports by the name default',
    files: { 'index.js': `module.exports = async () => 'default'` },
    handler: 'index.default',
  },
  {
    name: 'transpiled default export',
    files: {
      'index.js': `Object.defineProperty(exports, '__esModule', { value: true }); exports.default = { handler: async () => 'x' }`,
    },
  },
  {
    name: 'function with a handler that the lexer sees',
    files: { 'index.js': `module.exports = () => {}; module.exports.handler = async () => 'on function'` },
  },
  {
    name: 'function with a handler that the lexer does not see',
    files: { 'index.js': `const f = () => {}; f.handler = async () => 'hidden'; module.exports = f` },
  },
  {
    name: 'class with a static handler',
    files: { 'index.js': `exports.App = class { static handler = async () => 'static' }` },
    handler: 'index.App.handler',
  },
  { name: 'in a folder', files: { 'src/a/index.js': answers('folder') }, handler: 'src/a/index.handler' },
  { name: 'in a folder, with a dot before', files: { 'src/index.js': answers('dot') }, handler: './src/index.handler' },
  { name: 'folder with a dot in its name', files: { 'v1.2/index.js': answers('v1.2') }, handler: 'v1.2/index.handler' },
  {
    name: 'handler in node_modules',
    files: {
      'node_modules/wrapper/index.js': answers('package'),
      'node_modules/wrapper/package.json': '{"name":"wrapper","main":"index.js"}',
    },
    handler: 'wrapper.handler',
  },
  {
    name: 'no require.main, no parent',
    files: {
      'index.js': `exports.handler = async () => [typeof require.main, module.parent?.filename.endsWith('/index.mjs') ?? null, module.id.split('/').pop()]`,
    },
  },
  {
    name: 'package on NODE_PATH',
    files: {
      'index.js': `exports.handler = async () => require('layered')`,
      'layer/layered/index.js': `module.exports = 'from the layer'`,
    },
    env: { NODE_PATH: './layer' },
  },
])

describeCases('init errors', [
  { name: 'no such file', files: {} },
  { name: 'no such file in a folder', files: {}, handler: 'src/app.handler' },
  { name: 'missing dependency', files: { 'index.js': `require('not-there')\nexports.handler = () => {}` } },
  { name: 'missing dependency of a dependency', files: { 'index.js': `require('./a')`, 'a.js': `require('./not-there')` } },
  { name: 'missing dependency of an ES module', files: { 'index.mjs': `import 'not-there'` } },
  { name: 'no such export', files: { 'index.js': answers('x') }, handler: 'index.nope' },
  { name: 'no such nested export', files: { 'index.js': answers('x') }, handler: 'index.a.b' },
  { name: 'no function', files: { 'index.js': `exports.handler = 42` } },
  { name: 'no export of an ES module', files: { 'index.mjs': esm('x') }, handler: 'index.nope' },
  { name: 'bad handler', files: {}, handler: 'index' },
  { name: 'relative parts', files: {}, handler: '../index.handler' },
  { name: 'relative parts inside', files: {}, handler: 'a/../index.handler' },
  { name: 'syntax error', files: { 'index.js': `exports.handler = async () => {\n  const a = 1\n` } },
  { name: 'syntax error with a type', files: { 'index.js': `exports.handler = = 1`, 'package.json': '{"type":"commonjs"}' } },
  { name: 'syntax error in a .cjs', files: { 'index.cjs': `exports.handler = = 1` } },
  { name: 'syntax error in an ES module', files: { 'index.mjs': `export const handler = = 1` } },
  { name: 'syntax error in a dependency', files: { 'index.js': `require('./a')`, 'a.js': `= 1` } },
  { name: 'throws at load', files: { 'index.js': `throw new RangeError('at load')` } },
  { name: 'throws at load of an ES module', files: { 'index.mjs': `throw new RangeError('at load')` } },
  {
    name: 'throws an error with properties',
    files: { 'index.js': `throw Object.assign(new Error('DEL \\x7F'), { code: 'E_CODE', detail: { a: 1 } })` },
  },
  { name: 'throws what is no error', files: { 'index.js': `throw 'text'` } },
  {
    name: 'rejects at load',
    files: { 'index.js': `Promise.reject(new Error('stray'))\nexports.handler = async () => 1` },
    on: ['nodejs22.x'],
  },
  { name: 'three parameters', files: { 'index.js': `exports.handler = (event, context, callback) => callback(null, 1)` } },
  { name: 'exits at load', files: { 'index.js': `process.exit(7)` } },
  { name: 'JSON logs', files: { 'index.js': `throw new RangeError('at load')` }, env: { AWS_LAMBDA_LOG_FORMAT: 'JSON' } },
  {
    name: 'JSON logs of an error of the runtime',
    files: { 'index.js': answers('x') },
    handler: 'index.nope',
    env: { AWS_LAMBDA_LOG_FORMAT: 'JSON' },
  },
])
