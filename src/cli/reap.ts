import type { BackendName } from '../backends/backend.ts'
import type { ReapReport } from '../model/reap-report.ts'
import type { SessionResource } from '../model/session-resource.ts'
import { BACKENDS, openBackend } from './open-backend.ts'

/** The reports of all backends together. */
interface MachineReport extends ReapReport {
  readonly skipped: readonly { readonly backend: string; readonly reason: string }[]
}

/** `lambda-fixtures reap`: exits with 1 if something that a dead owner left could not be removed. */
export async function reap({ dryRun, json }: { dryRun: boolean; json: boolean }, print: (text: string) => void): Promise<number> {
  const report = await reapMachine(dryRun)
  const { removed, ...rest } = report
  const data = dryRun ? { wouldRemove: removed, ...rest } : report
  print(json ? `${JSON.stringify(data, undefined, 2)}\n` : formatReport(report, dryRun))
  return report.failed.length > 0 ? 1 : 0
}

async function reapMachine(dryRun: boolean): Promise<MachineReport> {
  const reports: ReapReport[] = []
  const skipped: MachineReport['skipped'][number][] = []
  // One after the other, because podman may answer at Docker's address, too.
  for (const name of BACKENDS) {
    const answer = await reapBackend(name, dryRun)
    if (typeof answer === 'string') skipped.push({ backend: name, reason: answer })
    else reports.push(answer)
  }
  return {
    removed: unique(reports.flatMap(({ removed }) => removed)),
    kept: unique(reports.flatMap(({ kept }) => kept)),
    failed: unique(reports.flatMap(({ failed }) => failed)),
    skipped,
  }
}

function unique<R extends SessionResource>(resources: readonly R[]): R[] {
  return [...new Map(resources.map(resource => [`${resource.kind} ${resource.id}`, resource])).values()]
}

async function reapBackend(name: BackendName, dryRun: boolean): Promise<ReapReport | string> {
  const backend = await openBackend(name)
  if (typeof backend === 'string') return backend
  try {
    return (await backend.reapStale?.({ dryRun })) ?? { removed: [], kept: [], failed: [] }
  } catch (error) {
    // An engine may be absent. A problem with the user's own folder is an error.
    if (name === 'process') throw error
    return (error as Error).message
  }
}

function formatReport({ removed, kept, failed, skipped }: MachineReport, dryRun: boolean): string {
  const verb = dryRun ? 'Would remove' : 'Removed'
  const lines = removed.map(resource => `${verb} ${describe(resource)}.`)
  if (removed.length + failed.length === 0) lines.push('There is nothing to remove.')
  for (const resource of failed) lines.push(`Could not remove ${describe(resource)}: ${resource.reason}.`)
  for (const resource of kept) lines.push(`Kept ${describe(resource)}: ${resource.reason}.`)
  for (const { backend, reason } of skipped) lines.push(`Did not look at ${backend}: ${reason}.`)
  return `${lines.join('\n')}\n`
}

function describe({ backend, kind, id, session, functionName }: SessionResource): string {
  const about = [
    backend,
    ...(session === undefined ? [] : [`session ${session}`]),
    ...(functionName === undefined ? [] : [functionName]),
  ]
  return `${kind} ${id} (${about.join(', ')})`
}
