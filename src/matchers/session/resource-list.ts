import type { SessionResource } from '../../model/session-resource.ts'
import { brief } from '../failure/format.ts'

/** A line for each thing that was left, with what a reader recognises it by. */
export function resourceList(left: readonly SessionResource[]): string {
  return left.map(line).join('\n')
}

function line({ backend, kind, id, functionName, owner, description }: SessionResource): string {
  const about = [
    backend,
    ...(functionName === undefined ? [] : [`function ${functionName}`]),
    ...(owner === undefined ? [] : [`launched by process ${owner.pid}`]),
  ]
  const shown = description === undefined || description === '' ? '' : `: ${brief(description, 100)}`
  return `  ${kind} ${id} (${about.join(', ')})${shown}`
}
