import { LABELS, labelsFor } from '../../reaper/labels.ts'
import { shortInstanceId } from '../../reaper/session.ts'

/** Selects the pods of one process, which it watches. */
export const WORKER_LABEL = 'lambda-fixtures.worker'
export const MANAGED_BY: Readonly<Record<string, string>> = { 'app.kubernetes.io/managed-by': 'lambda-fixtures' }

/** A valid name for a pod, which contains the function's: `lambda-<function>-<12 digits>`, at most 63 characters. */
export function podName(functionName: string, instanceId: string): string {
  const readable = functionName
    .toLowerCase()
    .replaceAll(/[^a-z\d]+/g, '-')
    .slice(0, 40)
    .replaceAll(/^-+|-+$/g, '')
  return ['lambda', readable, shortInstanceId(instanceId)].filter(Boolean).join('-')
}

/** The labels of the other backends: unchanged as annotations, and some as labels, whose values are more limited. */
export function metadataFor(instance: { instanceId?: string; functionName?: string; deployId?: string }): {
  labels: Record<string, string>
  annotations: Record<string, string>
} {
  const annotations = labelsFor(instance)
  const labels: Record<string, string> = { ...MANAGED_BY }
  for (const name of [LABELS.session, LABELS.instance, LABELS.functionName, LABELS.deployId]) {
    const value = annotations[name]
    if (value !== undefined) labels[name] = labelValue(value)
  }
  return { labels, annotations }
}

/** Makes a valid value of a label: `-x_` → `x-x_x`, because it must begin and end with a letter or digit. */
export function labelValue(text: string): string {
  const value = text.replaceAll(/[^\w.-]/g, '-').slice(0, 61)
  return value.replace(/^(?=[^a-zA-Z\d])/, 'x').replace(/[^a-zA-Z\d]$/, last => `${last}x`)
}
