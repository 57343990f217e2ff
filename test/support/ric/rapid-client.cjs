/**
 * What `rapid-client.node` of aws-lambda-ric does, in JavaScript: `next()` polls in the background, `done()` and `error()` block until
 * the Runtime API has answered, whatever it answers.
 */
const fs = require('node:fs')
const { Agent, request } = require('node:http')
const net = require('node:net')

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':')
const agent = new Agent({ keepAlive: true, maxSockets: 1 })

// Read and written by its descriptor only: paused, so that libuv doesn't read what the blocking calls wait for.
const poster = new net.Socket()
poster.pause()
poster.on('error', () => {})
poster.connect({ host, port: Number(port), noDelay: true }).unref()

function next() {
  return new Promise((resolve, reject) => {
    const poll = request({ host, port, agent, path: '/2018-06-01/runtime/invocation/next' }, response => {
      const parts = []
      response.on('data', part => parts.push(part))
      response.on('end', () => {
        if (response.statusCode !== 200) reject(new Error(`Failed to get next invocation, error ${response.statusCode}`))
        else resolve({ bodyJson: Buffer.concat(parts).toString(), headers: nativeHeaders(response.headers) })
      })
    })
    poll.on('error', error => reject(new Error(`Failed to get next invocation, error ${error.code}`)))
    poll.end()
  })
}

function nativeHeaders(headers) {
  const utf8 = name => Buffer.from(headers[name] ?? '', 'latin1').toString()
  const native = {
    'lambda-runtime-deadline-ms': Number(utf8('lambda-runtime-deadline-ms')),
    'lambda-runtime-aws-request-id': utf8('lambda-runtime-aws-request-id'),
    'lambda-runtime-trace-id': utf8('lambda-runtime-trace-id'),
    'lambda-runtime-invoked-function-arn': utf8('lambda-runtime-invoked-function-arn'),
  }
  for (const name of ['lambda-runtime-client-context', 'lambda-runtime-cognito-identity', 'lambda-runtime-aws-tenant-id']) {
    if (utf8(name) !== '') native[name] = utf8(name)
  }
  return native
}

function done(id, body) {
  if (typeof id !== 'string' || typeof body !== 'string') throw new TypeError('Wrong arguments')
  post(`/2018-06-01/runtime/invocation/${id}/response`, body, '')
  return null
}

function error(id, body, cause) {
  if (typeof id !== 'string' || typeof body !== 'string' || typeof cause !== 'string') throw new TypeError('Wrong arguments')
  post(`/2018-06-01/runtime/invocation/${id}/error`, body, `lambda-runtime-function-xray-error-cause: ${cause}\r\n`)
  return null
}

function post(path, text, headers) {
  const body = Buffer.from(text)
  const head = `POST ${path} HTTP/1.1\r\nHost: ${host}:${port}\r\nContent-Type: application/json\r\n${headers}Content-Length: ${body.length}\r\n\r\n`
  const message = Buffer.concat([Buffer.from(head), body])
  const fd = poster._handle.fd
  for (let sent = 0; sent < message.length; ) sent += blocking(() => fs.writeSync(fd, message, sent))
  const answer = Buffer.alloc(64 * 1024)
  let received = 0
  while (!isWhole(answer.toString('latin1', 0, received))) {
    const bytes = blocking(() => fs.readSync(fd, answer, received, answer.length - received, null))
    if (bytes === 0) return
    received += bytes
  }
}

function isWhole(answer) {
  const end = answer.indexOf('\r\n\r\n')
  if (end < 0) return false
  const length = /content-length: *(\d+)/i.exec(answer)
  return length === null ? answer.endsWith('0\r\n\r\n') : answer.length >= end + 4 + Number(length[1])
}

function blocking(call) {
  for (;;) {
    try {
      return call()
    } catch (thrown) {
      if (thrown.code !== 'EAGAIN') throw thrown
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 0.2)
    }
  }
}

module.exports = { next, done, error }
