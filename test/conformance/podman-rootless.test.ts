import { describeConformance } from './suite.ts'

await describeConformance('podman-rootless')
