import type { PodTemplate } from '../kubernetes-options.ts'

const API_SERVER = ['SERVICE_HOST', 'SERVICE_PORT', 'SERVICE_PORT_HTTPS', 'PORT', ...withPort(443), ...withPort(6443)]

/**
 * The variables that the kubelet sets in every container and AWS in none, which the init removes. Those with the address of the API
 * server stay if the template gives the function a service account.
 */
export function kubeletVariables({ spec = {} }: PodTemplate): readonly string[] {
  if (spec.serviceAccountName !== undefined || spec.automountServiceAccountToken === true) return ['HOME', 'HOSTNAME']
  return ['HOME', 'HOSTNAME', ...API_SERVER.map(name => `KUBERNETES_${name}`)]
}

function withPort(port: number): string[] {
  const name = `PORT_${port}_TCP`
  return [name, `${name}_PROTO`, `${name}_PORT`, `${name}_ADDR`]
}
