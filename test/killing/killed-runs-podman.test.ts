import { killedRunsOn } from './runs/killed-runs-on.ts'

await killedRunsOn('podman')
