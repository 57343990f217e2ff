/** SHA-256 over the SHA-256s of code and layers, base64url without padding: safe in URLs, labels and paths. */
export type DeployId = string & { readonly __brand?: 'DeployId' }

/** A file, folder or symlink of a code package. */
export interface PackageEntry {
  /** Relative to the package's root, with `/` between parts and none at the end. No part is `.` or `..`. */
  readonly name: string
  readonly type: 'file' | 'directory' | 'symlink'
  /** Permission bits, without setuid, setgid and sticky. */
  readonly mode: number
  /** A file's contents, or a symlink's target in UTF-8; empty for a folder. Must not be modified. */
  readonly data: Uint8Array
}

/** A code package: the code of a function, or a layer. Its entries were checked: writing them creates nothing outside the root. */
export interface CodeZip {
  /** 64 hex digits: the hash of the ZIP that the user gave, or else of the entries. Packages with equal contents have equal hashes. */
  readonly sha256: string
  /** Each folder comes before its contents, even if the ZIP had no entry for it. */
  readonly entries: readonly PackageEntry[]
  /** The package as a ZIP: the one that the user gave, or one that is written at the first call. */
  bytes(): Promise<Uint8Array>
}

/** A layer, unpacked to `/opt`. */
export type LayerZip = CodeZip
