// AWS's client loads its native part by this name; a pure JavaScript one stands in, so that no compiler is needed.
const Module = require('node:module')
const path = require('node:path')

const load = Module._load
const client = path.join(__dirname, 'rapid-client.cjs')
Module._load = function (request, ...rest) {
  return load.call(this, request === './rapid-client.node' ? client : request, ...rest)
}

// Node queues what a full pipe does not take; on AWS nothing is lost by that, as the environment is not looked at from outside.
for (const stream of [process.stdout, process.stderr]) stream._handle?.setBlocking?.(true)
