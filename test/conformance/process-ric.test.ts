import { describeConformance } from './suite.ts'

await describeConformance('process-ric')
