import { netsOn } from './runs/nets-on.ts'

await netsOn('docker')
