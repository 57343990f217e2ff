import { truncateMasked } from '../../errors/secrets.ts'
import type { SessionResource } from '../../model/session-resource.ts'

/** A line for each resource that was left, with what a reader recognises it by. */
export function resourceList(left: readonly SessionResource[]): string {
  return left.map(line).join('\n')
}

function line({ backend, kind, id, functionName, owner, description }: SessionResource): string {
  const about = [
    backend,
    ...(functionName === undefined ? [] : [`function ${functionName}`]),
    ...(owner === undefined ? [] : [`launched by process ${owner.pid}`]),
  ]
  return `  ${kind} ${id} (${about.join(', ')})${description ? `: ${truncateMasked(description, 100)}` : ''}`
}
