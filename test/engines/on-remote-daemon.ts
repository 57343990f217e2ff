// Runs a command against a Docker daemon that can't reach back to it: `node test/engines/on-remote-daemon.ts vitest run …`
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { OwnEngine } from './support/own-engine.ts'

const IMAGES = ['nodejs:24', 'python:3.11', 'java:17', 'provided:al2023'].map(name => `public.ecr.aws/lambda/${name}`)
const [command = 'true', ...rest] = process.argv.slice(2)

await using daemon = await OwnEngine.start({ name: 'docker', images: IMAGES, remote: true })
const child = spawn(command, rest, { stdio: 'inherit', env: { ...process.env, DOCKER_HOST: daemon.url } })
const [code] = await once(child, 'exit')
process.exitCode = code ?? 1
