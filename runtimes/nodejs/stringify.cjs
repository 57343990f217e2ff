'use strict'

const { stringify: toJson } = JSON

/**
 * The body of a response. For a value without a JSON form it throws AWS's error, whose stack then begins with the path to that value,
 * as in `at response.order.total (a BigInt)`.
 * @param {new (message: string) => Error} ErrorClass
 */
function stringify(result, ErrorClass) {
  let json
  try {
    json = toJson(result === undefined ? null : result)
  } catch (cause) {
    const error = new ErrorClass('Unable to stringify response body')
    const culprit = culpritOf(result, cause)
    if (culprit !== undefined) error.stack = error.stack?.replace('\n', `\n    at ${culprit}\n`)
    throw error
  }
  // A function or a symbol: AWS's native client refuses what isn't a string, with these words.
  if (json === undefined) throw new TypeError('Wrong arguments')
  return json
}

function culpritOf(result, cause) {
  try {
    return find(result, ['response'], [])
  } catch {
    // A getter or a proxy of the function threw, or the value is too deep.
    return `response (${cause})`.replaceAll('\n', ' ')
  }
}

/** Walks through a value as JSON.stringify does, up to the first part that it cannot write. */
function find(value, path, ancestors) {
  if (typeof value === 'bigint' && value.toJSON === undefined) return `${path.join('')} (a BigInt)`
  if (typeof value !== 'object' || value === null) return undefined
  const index = ancestors.indexOf(value)
  if (index !== -1) return `${path.join('')} (a circular reference to ${path.slice(0, index + 1).join('')})`
  if (typeof value.toJSON === 'function')
    return find(value.toJSON(String(path.at(-1))), [...path, '.toJSON()'], [...ancestors, value])
  for (const key of Object.keys(value)) {
    const found = find(value[key], [...path, step(value, key)], [...ancestors, value])
    if (found !== undefined) return found
  }
}

function step(parent, key) {
  if (Array.isArray(parent)) return `[${key}]`
  return /^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${toJson(key)}]`
}

module.exports = { stringify }
