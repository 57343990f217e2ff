/** What was removed, and what was left with the reason. */
export interface ReapReport {
  readonly removed: readonly ReapedResource[]
  readonly left: readonly (ReapedResource & { readonly reason: string })[]
}
export interface ReapedResource {
  readonly backend: string
  /** `process group`, `container`, `network`, `volume`, `folder`, `socket`, `lease`, … */
  readonly kind: string
  readonly id: string
  readonly session?: string
  readonly functionName?: string
}
