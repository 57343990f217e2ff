/** Why the cluster isn't to be asked: whoever has a kubeconfig has not said by that that their tests run there, and asking may open a login. */
export function skipReason(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const names = Object.entries(env)
    .filter(([, value]) => value)
    .map(([name]) => name)
  if (env.LAMBDA_FIXTURES_BACKEND === 'kubernetes' || names.some(name => name.startsWith('LAMBDA_FIXTURES_KUBERNETES_')))
    return undefined
  return 'it is asked only if LAMBDA_FIXTURES_BACKEND is kubernetes or a LAMBDA_FIXTURES_KUBERNETES_ variable is set'
}
