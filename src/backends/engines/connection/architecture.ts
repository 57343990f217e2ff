/** Docker's name for a processor as AWS calls it, where AWS has a name: `amd64` → `x86_64`. */
export function architectureOf(name: string): string {
  return name === 'amd64' ? 'x86_64' : name === 'aarch64' ? 'arm64' : name
}

/** AWS's name for a processor as the platform that engines take: `x86_64` → `linux/amd64`. */
export function platformOf(architecture: string): string {
  return `linux/${architecture === 'x86_64' ? 'amd64' : architecture}`
}
