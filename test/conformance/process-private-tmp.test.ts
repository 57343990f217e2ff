import { describeConformance } from './suite.ts'

await describeConformance('process-private-tmp')
