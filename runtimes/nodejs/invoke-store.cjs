'use strict'
/**
 * `awslambda.InvokeStore`: the values of the current invocation. From nodejs24.x on, the AWS SDK and Powertools read them through
 * `@aws/lambda-invoke-store`. One object is enough, because only one invocation runs at a time.
 */
const REQUEST_ID = Symbol.for('_AWS_LAMBDA_REQUEST_ID')
const X_RAY_TRACE_ID = Symbol.for('_AWS_LAMBDA_X_RAY_TRACE_ID')
const TENANT_ID = Symbol.for('_AWS_LAMBDA_TENANT_ID')
const PROTECTED_KEYS = { REQUEST_ID, X_RAY_TRACE_ID, TENANT_ID }

class InvokeStore {
  static PROTECTED_KEYS = PROTECTED_KEYS
  currentContext

  isProtectedKey(key) {
    return Object.values(PROTECTED_KEYS).includes(key)
  }
  getRequestId() {
    return this.get(REQUEST_ID) ?? '-'
  }
  getXRayTraceId() {
    return this.get(X_RAY_TRACE_ID)
  }
  getTenantId() {
    return this.get(TENANT_ID)
  }
  getContext() {
    return this.currentContext
  }
  hasContext() {
    return this.currentContext !== undefined
  }
  get(key) {
    return this.currentContext?.[key]
  }
  set(key, value) {
    if (this.isProtectedKey(key)) throw new Error(`Cannot modify protected Lambda context field: ${String(key)}`)
    this.currentContext = this.currentContext || {}
    this.currentContext[key] = value
  }
  run(context, fn) {
    this.currentContext = context
    return fn()
  }
}

module.exports = { InvokeStore, REQUEST_ID, X_RAY_TRACE_ID }
