/** An object in JSON. */
type Tree = Readonly<Record<string, unknown>>

/**
 * Merges a user's pod template into our pod. Objects are merged. Elements of lists with the same name (containers, volumes, variables;
 * mounts with the same path) are merged, and other elements are appended. Elsewhere the template wins.
 */
export function mergePodTemplate(pod: Tree, template: Tree): Tree {
  const merged: Record<string, unknown> = { ...pod }
  for (const [key, value] of Object.entries(template)) {
    const own = merged[key]
    if (isTree(own) && isTree(value)) merged[key] = mergePodTemplate(own, value)
    else if (Array.isArray(own) && Array.isArray(value))
      merged[key] = mergeLists(own, value, key === 'volumeMounts' ? 'mountPath' : 'name')
    else if (value !== undefined) merged[key] = value
  }
  return merged
}

function mergeLists(own: readonly unknown[], given: readonly unknown[], id: string): unknown[] {
  const merged = [...own]
  for (const value of given) {
    const at = isTree(value) && value[id] !== undefined ? merged.findIndex(each => isTree(each) && each[id] === value[id]) : -1
    if (at === -1) merged.push(value)
    else merged[at] = mergePodTemplate(merged[at] as Tree, value as Tree)
  }
  return merged
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
