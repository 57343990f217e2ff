/** An entry of a ZIP that was checked. */
export interface ZipEntry {
  /** Relative to the root, parts joined by `/`, none of them `.` or `..`, no slash at the end. */
  readonly name: string
  readonly type: 'file' | 'directory' | 'symlink'
  /** Permission bits, without setuid, setgid and sticky. */
  readonly mode: number
  /** A file's contents, or a symlink's target in UTF-8; empty for a directory. Not to be written to. */
  readonly data: Uint8Array
}
