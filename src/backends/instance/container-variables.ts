import { lambdaVariables } from '../../emulator/environment/environment-variables.ts'
import type { LambdaFunction } from '../../model/lambda-function.ts'
import type { ImageInfo } from '../engines/images/images.ts'

const PATHS = '/usr/local/bin:/usr/bin/:/bin:/opt/bin'
const LIBRARIES = '/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib'

/** The variables of a function in addition to those of its image. The init adds the address of the Runtime API. @see contract 6.1 */
export function containerVariables(fn: LambdaFunction, image: ImageInfo, logStreamName: string): Record<string, string> {
  const { AWS_LAMBDA_RUNTIME_API: _, ...variables } = lambdaVariables(fn, {
    runtimeApi: '',
    logStreamName,
    taskRoot: '/var/task',
    opt: '/opt',
    runtimeDirectory: '/var/runtime',
    path: fn.runtime === 'provided.al2' ? PATHS : `/var/lang/bin:${PATHS}`,
  })
  variables.LD_LIBRARY_PATH = fn.runtime === 'provided.al2' ? LIBRARIES : `/var/lang/lib:${LIBRARIES}`
  if (fn.imageUri === undefined) return { ...variables, ...overridden(fn) }
  // An image function has its own programs, so its own paths are kept.
  const { PATH: _path, LD_LIBRARY_PATH: _libraries, ...own } = variables
  for (const name of ['LANG', 'TZ']) if (name in image.environment) delete own[name]
  return { ...own, ...overridden(fn) }
}

function overridden({ environment }: LambdaFunction): Record<string, string> {
  const names = ['PATH', 'LD_LIBRARY_PATH', 'LANG', 'TZ'].filter(name => environment[name] !== undefined)
  return Object.fromEntries(names.map(name => [name, environment[name]!]))
}
