/** AWS's name for a processor as engines take it: `x86_64` → `linux/amd64`. */
export function platformOf(architecture: string): string {
  return `linux/${architecture === 'x86_64' ? 'amd64' : architecture}`
}
