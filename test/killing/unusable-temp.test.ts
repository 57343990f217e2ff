import { execFileSync, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import { asRoot } from '../support/as-root.ts'
import { cleanEnv, ownTemp, root, userFolderIn } from './support.ts'

const PROGRAM = `
import { register } from ${JSON.stringify(join(root, 'src/reaper/register.ts'))}
import { currentSession, newInstanceId } from ${JSON.stringify(join(root, 'src/reaper/session.ts'))}
process.on('warning', warning => console.log(warning.code))
console.log('known:', await register({ kind: 'process', instanceId: newInstanceId() }).known)
try { currentSession().folder } catch (error) { console.log(error.code, error.message) }
`

function runIn(folder: string, home: string): string {
  const file = join(home, 'program.ts')
  writeFileSync(file, PROGRAM)
  const run = spawnSync(process.execPath, ['--no-warnings=ExperimentalWarning', file], {
    encoding: 'utf8',
    env: cleanEnv(folder),
  })
  return run.stdout.replaceAll(folder, '$TMPDIR').replaceAll(userFolderIn(''), 'lambda-fixtures-UID')
}

/** Root may write everywhere except on a file system with such options, and only root can mount it. */
function mounted(options: string): string {
  const path = ownTemp()
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'none', path])
  onTestFinished(() => void execFileSync('umount', ['-l', path]))
  return path
}

asRoot('a read-only temporary folder causes one warning, and an error with the fix', () => {
  expect(runIn(mounted('ro'), ownTemp())).toMatchInlineSnapshot(`
    "known: false
    TEMP_FOLDER_UNUSABLE lambda-fixtures keeps its sessions in $TMPDIR/lambda-fixtures-UID, but this folder can't be created: the file system is read-only. Set TMPDIR to a folder that this user can write to.
    LAMBDA_FIXTURES_NO_WATCHDOG
    "
  `)
})

asRoot('a full temporary folder causes one warning, and an error with the fix', () => {
  const full = mounted('size=16k,nr_inodes=3')
  expect(runIn(full, ownTemp())).toMatchInlineSnapshot(`
    "known: false
    TEMP_FOLDER_UNUSABLE lambda-fixtures keeps its sessions in $TMPDIR/lambda-fixtures-UID/sessions, but this folder can't be created: the disk is full. Set TMPDIR to a folder that this user can write to.
    LAMBDA_FIXTURES_NO_WATCHDOG
    "
  `)
})
