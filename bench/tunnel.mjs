// The tunnel against direct TCP: the same runtime, the same server, median and tail of round trips.
import { spawn } from 'node:child_process'
import { runtimeFile, TestEnvironment } from '../test/init/harness.ts'

const quantile = (times, q) =>
  times.toSorted((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * q))].toFixed(2)

async function measure(name, environment, direct) {
  if (direct) {
    await new Promise(resolve => environment.server.listen(0, '127.0.0.1', resolve))
    const api = `127.0.0.1:${environment.server.address().port}`
    direct.child = spawn(process.execPath, [runtimeFile], {
      env: { ...process.env, AWS_LAMBDA_RUNTIME_API: api },
      stdio: 'inherit',
    })
  } else await environment.launch()
  for (const [label, size, count] of [
    ['100 B', 100, 2000],
    ['1 MB', 1e6, 40],
    ['6 MB', 6e6, 25],
  ]) {
    const payload = Buffer.alloc(size, 0x2e)
    for (let i = 0; i < 20; i++) await environment.invokeBytes(payload)
    const times = []
    for (let i = 0; i < count; i++) {
      const started = performance.now()
      await environment.invokeBytes(payload)
      times.push(performance.now() - started)
    }
    console.log(
      `${name.padEnd(8)} ${label.padStart(6)}  p50 ${quantile(times, 0.5)}  p95 ${quantile(times, 0.95)}  p99 ${quantile(times, 0.99)} ms`,
    )
  }
}

for (let round = 0; round < 2; round++) {
  const direct = {}
  const plain = new TestEnvironment({ file: process.env.INIT })
  await measure('direct', plain, direct)
  direct.child.kill()
  plain.server.close()
  await plain.sandbox.destroy()
  await using tunnelled = new TestEnvironment({ file: process.env.INIT })
  await measure('tunnel', tunnelled)
}
process.exit(0)
