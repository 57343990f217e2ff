import type { ReapedResource, ReapReport } from '../backends/backend.ts'
import { reapStale } from '../reaper/stale/reap-stale.ts'

/** `lambda-fixtures reap`: exits with 1 if something that is dead could not be removed. */
export async function reap({ dryRun, json }: { dryRun: boolean; json: boolean }, print: (text: string) => void): Promise<number> {
  const report = await reapStale({ dryRun })
  print(json ? `${JSON.stringify(report, undefined, 2)}\n` : formatReport(report, dryRun))
  return report.left.some(({ reason }) => reason.startsWith("it can't be removed")) ? 1 : 0
}

/** What a person reads. */
export function formatReport({ removed, left }: ReapReport, dryRun: boolean): string {
  const verb = dryRun ? 'Would remove' : 'Removed'
  const lines = removed.map(resource => `${verb} ${describe(resource)}.`)
  if (removed.length === 0) lines.push('Nothing was left behind.')
  for (const { reason, ...resource } of left) lines.push(`Left ${describe(resource)}: ${reason}.`)
  return `${lines.join('\n')}\n`
}

function describe({ backend, kind, id, session }: ReapedResource): string {
  return `${kind} ${id} (${backend}${session === undefined ? '' : `, session ${session}`})`
}
