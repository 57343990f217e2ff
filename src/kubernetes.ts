export { KubernetesBackend } from './backends/kubernetes/kubernetes-backend.ts'
export type { KubernetesOptions, PodTemplate } from './backends/kubernetes/kubernetes-options.ts'
