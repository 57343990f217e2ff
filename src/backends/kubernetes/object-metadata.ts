import { LABELS, labelsFor } from '../../reaper/labels.ts'
import { shortInstanceId } from '../../reaper/session.ts'

/** Whose process a pod belongs to: what a process watches. */
export const WORKER_LABEL = 'lambda-fixtures.worker'
export const MANAGED_BY: Readonly<Record<string, string>> = { 'app.kubernetes.io/managed-by': 'lambda-fixtures' }

/** A name that is valid for pods and tells a reader which function: `lambda-<function>-<12 digits>`, at most 63 characters. */
export function podName(functionName: string, instanceId: string): string {
  const readable = functionName
    .toLowerCase()
    .replaceAll(/[^a-z\d]+/g, '-')
    .slice(0, 40)
    .replaceAll(/^-+|-+$/g, '')
  return ['lambda', readable, shortInstanceId(instanceId)].filter(Boolean).join('-')
}

/** What the other backends' resources carry: as annotations word by word, as labels where and as far as a label's value may be so. */
export function metadataFor(of: { instanceId?: string; functionName?: string; deployId?: string }): {
  labels: Record<string, string>
  annotations: Record<string, string>
} {
  const annotations = labelsFor(of)
  const labels: Record<string, string> = { ...MANAGED_BY }
  for (const name of [LABELS.session, LABELS.instance, LABELS.functionName, LABELS.deployId]) {
    const value = annotations[name]
    if (value !== undefined) labels[name] = labelValue(value)
  }
  return { labels, annotations }
}

/** `-x_` → `x-x_x`: what begins or ends with another character than a letter or digit gets an x there. */
export function labelValue(text: string): string {
  const value = text.replaceAll(/[^\w.-]/g, '-').slice(0, 61)
  return value.replace(/^(?=[^a-zA-Z\d])/, 'x').replace(/[^a-zA-Z\d]$/, last => `${last}x`)
}
