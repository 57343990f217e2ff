import { readdirSync, readFileSync } from 'node:fs'
import { type RecordedAnswer, type RecordedRun, RUNS } from './record.ts'

const HEADINGS: Readonly<Record<string, string>> = {
  process: 'process',
  'process-ric': 'process, AWS’s clients',
  'process-private-tmp': 'process, private /tmp',
  'podman-rootless': 'podman, rootless',
}

const INTRODUCTION = `# Conformance

Made from a run of \`test/conformance\` by \`npm run docs:conformance\`; don’t edit it.

Each case is a line of AWS’s contract, tried through the public API on each backend; nothing in a case knows which. ✓ is AWS’s answer.
*can’t* is what a backend’s nature forbids, with the reason below; such a case is run all the same, and the suite fails if it passes.
“process, AWS’s clients” is the process backend with AWS’s own runtime interface clients (aws-lambda-ric 4.0.2 and 3.3.0, awslambdaric
4.2.2) in place of this library’s bootstraps: the same answers, by AWS’s own code.
`

/** The runs that were kept, the process backend’s first. */
export function keptRuns(): RecordedRun[] {
  const order = ['process', 'process-ric', 'process-private-tmp', 'docker', 'podman', 'podman-rootless', 'kubernetes']
  const runs = readdirSync(RUNS).map((file): RecordedRun => JSON.parse(readFileSync(`${RUNS}${file}`, 'utf8')))
  return runs.toSorted((one, other) => order.indexOf(one.backend) - order.indexOf(other.backend))
}

/** `docs/conformance.md`. */
export function renderPage(runs: readonly RecordedRun[]): string {
  const present = runs.filter(({ absent }) => absent === undefined)
  const first = present[0]?.answers ?? []
  const themes = [...new Set(first.map(({ theme }) => theme))]
  return [
    INTRODUCTION,
    ...runs
      .filter(({ absent }) => absent !== undefined)
      .map(({ backend, absent }) => `Not run: ${backend}, because ${absent}.\n`),
    `## What can’t be\n\n${inabilities(present)}`,
    ...themes.map(theme => `## ${capital(theme)}\n\n${table(theme, present)}`),
  ].join('\n')
}

function inabilities(runs: readonly RecordedRun[]): string {
  const lines = runs.flatMap(({ backend, answers }) => {
    const cannot = answers.filter(({ outcome }) => outcome === 'can’t')
    return cannot.map(({ name, answer }) => `- ${heading(backend)}: “${name}”: ${answer}.`)
  })
  return `${[...new Set(lines)].join('\n')}\n`
}

function table(theme: string, runs: readonly RecordedRun[]): string {
  const head = ['Case', 'Runtimes', 'Contract', 'Answer', ...runs.map(({ backend }) => heading(backend))]
  const cases = [...new Set(runs[0]?.answers.filter(each => each.theme === theme).map(({ name }) => name))]
  const rows = cases.flatMap(name => rowsOf(theme, name, runs))
  return `${[head, head.map(() => '---'), ...rows].map(cells => `| ${cells.map(cell).join(' | ')} |`).join('\n')}\n`
}

/** One row for the runtimes that answered alike. */
function rowsOf(theme: string, name: string, runs: readonly RecordedRun[]): string[][] {
  const groups = new Map<string, { languages: string[]; row: string[] }>()
  const languages = runs[0]?.answers.filter(each => each.theme === theme && each.name === name) ?? []
  for (const { language, contract } of languages) {
    const found = runs.map(({ answers }) =>
      answers.find(each => each.theme === theme && each.name === name && each.language === language),
    )
    const answer = found.find(each => each?.outcome === 'as AWS')?.answer ?? ''
    const row = [contract, answer === '' ? '' : code(answer), ...found.map(mark)]
    const group = groups.get(row.join('|')) ?? { languages: [], row }
    group.languages.push(language)
    groups.set(row.join('|'), group)
  }
  return [...groups.values()].map(({ languages, row }) => [name, languages.join(', '), ...row])
}

function mark(answer: RecordedAnswer | undefined): string {
  if (answer === undefined) return ''
  return { 'as AWS': '✓', 'can’t': 'can’t', failed: '✗' }[answer.outcome]
}

const heading = (backend: string): string => HEADINGS[backend] ?? backend
const capital = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')
const code = (text: string): string => `\`${text.replaceAll('`', "'").replaceAll('\n', '⏎')}\``
