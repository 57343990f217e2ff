/**
 * Whether the environment says that functions run on Kubernetes. A kubeconfig alone does not say so, and to use it without being asked
 * may open a login page.
 */
export function isKubernetesChosen(env: NodeJS.ProcessEnv = process.env): boolean {
  const isSet = Object.entries(env).some(([name, value]) => value && name.startsWith('LAMBDA_FIXTURES_KUBERNETES_'))
  return env.LAMBDA_FIXTURES_BACKEND === 'kubernetes' || isSet
}
