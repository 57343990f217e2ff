// Builds and packs the library, installs the tarball into the examples that are named (all, if none is), and runs their tests.
import { execFileSync } from 'node:child_process'
import { readdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pack } from './pack.ts'

const examples = join(dirname(import.meta.dirname), 'examples')
const all = readdirSync(examples, { withFileTypes: true }).flatMap(entry => (entry.isDirectory() ? [entry.name] : []))
const named = process.argv.slice(2)
const unknown = named.filter(name => !all.includes(name))
if (unknown.length > 0) throw new Error(`There is no example called ${unknown.join(', ')}, only ${all.join(', ')}.`)

await pack(join(examples, 'lambda-fixtures.tgz'))
for (const name of named.length > 0 ? named : all) {
  const cwd = join(examples, name)
  console.log(`\nexamples/${name}: npm install, npm run types, npm test`)
  // npm takes a tarball of the same name for the one it has installed.
  rmSync(join(cwd, 'node_modules', 'lambda-fixtures'), { recursive: true, force: true })
  npm(cwd, 'install', '--no-package-lock', '--no-audit', '--no-fund', '--loglevel=error')
  npm(cwd, 'run', '--silent', 'types')
  npm(cwd, 'test', '--silent')
}

function npm(cwd: string, ...args: string[]): void {
  try {
    execFileSync('npm', args, { cwd, stdio: 'inherit' })
  } catch {
    console.error(`npm ${args[0]} failed in ${cwd}`)
    process.exit(1)
  }
}
