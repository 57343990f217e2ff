import { createHash } from 'node:crypto'
import type { CodeZip, DeployId, LayerZip } from '../model/code-package.ts'

/** Fingerprints code and layers, in their order: SHA-256 over their SHA-256s, base64url without padding (43 characters). */
export function deployId(code: CodeZip | undefined, layers: readonly LayerZip[]): DeployId {
  const digest = createHash('sha256')
  // Without code its place is kept, else a layer would be taken for it.
  for (const sha256 of [code?.sha256 ?? '0'.repeat(64), ...layers.map(layer => layer.sha256)]) digest.update(sha256, 'hex')
  return digest.digest('base64url')
}
