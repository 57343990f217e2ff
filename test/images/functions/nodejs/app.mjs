// The test function in JavaScript: see ../README.md for what its events do.
let calls = 0

export const handler = async (event, context) => {
  calls++
  if (event.log !== undefined) console.log(event.log)
  if (event.sleep !== undefined) await new Promise(resolve => setTimeout(resolve, event.sleep))
  if (event.throw !== undefined) throw new Error(event.throw)
  if (event.exit !== undefined) process.exit(event.exit)
  return { runtime: 'nodejs', event, requestId: context.awsRequestId, calls, env: process.env[event.env] }
}
