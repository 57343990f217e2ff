// AWS's client loads its native part by this name; a pure JavaScript one stands in, so that no compiler is needed.
const Module = require('node:module')
const path = require('node:path')

const load = Module._load
const client = path.join(__dirname, 'rapid-client.cjs')
Module._load = function (request, ...rest) {
  return load.call(this, request === './rapid-client.node' ? client : request, ...rest)
}
