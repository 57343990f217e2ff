import type { ReapedResource, ReapReport } from '../model/reap-report.ts'
import { allBackends, openBackend } from './all-backends.ts'

/** What all backends report, and which could not be asked. */
export interface MachineReport extends ReapReport {
  readonly skipped: readonly { readonly backend: string; readonly reason: string }[]
}

/** `lambda-fixtures reap`: exits with 1 if something that is dead could not be removed. */
export async function reap({ dryRun, json }: { dryRun: boolean; json: boolean }, print: (text: string) => void): Promise<number> {
  const report = await reapMachine(dryRun)
  print(json ? `${JSON.stringify(report, undefined, 2)}\n` : formatReport(report, dryRun))
  return report.left.some(({ reason }) => reason.startsWith("it can't be removed")) ? 1 : 0
}

async function reapMachine(dryRun: boolean): Promise<MachineReport> {
  const [removed, left, skipped] = [[], [], []] as [
    ReapedResource[],
    ReapReport['left'][number][],
    MachineReport['skipped'][number][],
  ]
  // One after the other: podman may answer at Docker's address, too.
  for (const name of allBackends) {
    const answer = await reapOn(name, dryRun)
    if (typeof answer === 'string') skipped.push({ backend: name, reason: answer })
    else {
      const known = new Set([...removed, ...left].map(({ id }) => id))
      removed.push(...answer.removed.filter(({ id }) => !known.has(id)))
      left.push(...answer.left.filter(({ id }) => !known.has(id)))
    }
  }
  return { removed, left, skipped }
}

async function reapOn(name: (typeof allBackends)[number], dryRun: boolean): Promise<ReapReport | string> {
  const backend = await openBackend(name)
  if (typeof backend === 'string') return backend
  // What is wrong with the user's own folder is an error; an engine that isn't there is none.
  if (name === 'process') return (await backend.reapStale?.({ dryRun })) ?? { removed: [], left: [] }
  try {
    return (await backend.reapStale?.({ dryRun })) ?? { removed: [], left: [] }
  } catch (error) {
    return (error as Error).message
  }
}

/** What a person reads. */
export function formatReport({ removed, left, skipped }: MachineReport, dryRun: boolean): string {
  const verb = dryRun ? 'Would remove' : 'Removed'
  const lines = removed.map(resource => `${verb} ${describe(resource)}.`)
  if (removed.length === 0) lines.push('Nothing was left behind.')
  for (const { reason, ...resource } of left) lines.push(`Left ${describe(resource)}: ${reason}.`)
  for (const { backend, reason } of skipped) lines.push(`Did not look at ${backend}: ${reason}.`)
  return `${lines.join('\n')}\n`
}

function describe({ backend, kind, id, session, functionName }: ReapedResource): string {
  const about = [
    backend,
    ...(session === undefined ? [] : [`session ${session}`]),
    ...(functionName === undefined ? [] : [functionName]),
  ]
  return `${kind} ${id} (${about.join(', ')})`
}
