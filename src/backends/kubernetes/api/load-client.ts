import type { KubeConfig } from '@kubernetes/client-node'
import type { WebSocket } from 'ws'
import { RuntimeError } from '../../../errors/runtime-error.ts'
import { clientNodeWebSocket } from '../../../platform/node-internals/client-node-websocket.ts'

export interface KubernetesClient {
  readonly KubeConfig: typeof KubeConfig
  readonly loadYaml: <T>(text: string) => T
  /** The one that the client depends on. */
  readonly WebSocket: typeof WebSocket
}

/** @throws RuntimeError `MISSING_PEER` */
export async function loadClient(): Promise<KubernetesClient> {
  try {
    const { KubeConfig, loadYaml } = await import('@kubernetes/client-node')
    return { KubeConfig, loadYaml, WebSocket: clientNodeWebSocket() }
  } catch (cause) {
    throw new RuntimeError(
      'MISSING_PEER',
      `The kubernetes backend needs @kubernetes/client-node, which can't be loaded (${(cause as Error).message.split('\n')[0]}). Install it: npm i -D @kubernetes/client-node`,
      { data: { peer: '@kubernetes/client-node', backend: 'kubernetes' }, cause },
    )
  }
}
