/** SHA-256 over the SHA-256s of code and layers, base64url without padding: safe in URLs, labels and paths. */
export type DeployId = string & { readonly __brand?: 'DeployId' }

/** A deployment package: its bytes, which are a ZIP that was checked, and their SHA-256 in hex. */
export interface CodeZip {
  readonly bytes: Uint8Array
  readonly sha256: string
}
/** A layer, as {@link CodeZip}; unpacked to `/opt`. */
export type LayerZip = CodeZip
