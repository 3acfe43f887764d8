/**
 * The comparison against real processes: ten runs of one build that must not fail, and a build that is 15 % slower that
 * must, with the component named. The harness starts a sandbox for each run. `npm run bench:regression`
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { VerdictDocument } from '../harness/model/verdict.ts'
import { CliProcess } from '../test/kit/cli.ts'
import { freePort } from '../test/kit/free-port.ts'
import { type BenchRow, reportRows } from './kit/report.ts'

const RUNS = Number(process.env['RUNS'] ?? 10)
const DURATION = process.env['DURATION'] ?? '15s'
const MAIN = new URL('../dist/cli/main.js', import.meta.url).pathname

const folder = mkdtempSync(join(tmpdir(), 'proofload-regression-'))
const port = await freePort()
const url = `http://127.0.0.1:${port}`

/** Sandbox commands are the builds; `faults` is what the candidate does worse. */
function writeScenario(faults: object): void {
  const sandbox = `exec ${process.execPath} ${MAIN} sandbox --port ${port}`
  writeFileSync(
    join(folder, 'gate.json'),
    JSON.stringify({
      name: 'gate',
      target: { plugin: 'http', config: { url } },
      workload: { pattern: 'constant-agents', agents: 20, duration: DURATION },
      warmUp: '3s',
      journeys: {
        browse: {
          steps: [{ request: { method: 'GET', path: '/items' } }, { think: '20ms..60ms' }],
        },
      },
      objectives: ['error_ratio < 1%'],
      builds: {
        baseline: { url, command: sandbox },
        candidate: { url, command: `${sandbox} --faults '${JSON.stringify(faults)}'` },
      },
    }),
  )
}

async function run(...args: string[]): Promise<{ verdict: VerdictDocument; stderr: string }> {
  const { stdout, stderr } = await new CliProcess(
    ['run', 'gate.json', '--threads', '1', '--json', ...args],
    folder,
  ).ended
  if (!stdout.startsWith('{')) throw new Error(stderr)
  return { verdict: JSON.parse(stdout) as VerdictDocument, stderr }
}

const confirm = ['--baseline', 'main', '--confirm']
const rows: BenchRow[] = []
try {
  writeScenario({})
  // The first run begins the baseline.
  const first = await run()
  const record = dirname(first.verdict.files['record'] ?? '')
  const approved = await new CliProcess(['baseline', 'approve', record, '--reason', 'bench'], folder).ended
  if (approved.status !== 0) throw new Error(approved.stderr)

  const unchanged: VerdictDocument[] = []
  for (let number = 1; number <= RUNS; number++) {
    const { verdict } = await run(...confirm)
    unchanged.push(verdict)
    process.stderr.write(`unchanged ${number}: ${verdict.outcome}, ${verdict.comparison?.reason}\n`)
  }
  rows.push({
    work: `${RUNS} runs of the same build: NO-GO`,
    bar: { atMost: 0 },
    figure: unchanged.filter(({ outcome }) => outcome === 'NO_GO').length,
    raw: unchanged.map(({ outcome }) => outcome).join(' '),
  })

  writeScenario({ slow: { factor: 1.15 } })
  const slower = await run(...confirm)
  process.stderr.write(slower.stderr)
  const regressed = slower.verdict.reasons.filter(({ code }) => code === 'REGRESSED')
  rows.push(
    {
      work: '15 % slower: gates that regressed',
      bar: { atLeast: 1 },
      figure: regressed.length,
      raw: `${slower.verdict.outcome}: ${slower.verdict.comparison?.reason}`,
    },
    {
      work: '15 % slower: reasons that name the component',
      bar: { atLeast: 1 },
      figure: regressed.filter(({ message }) => message.includes("component '")).length,
      raw: regressed[0]?.message ?? '-',
    },
  )
} finally {
  rmSync(folder, { recursive: true })
}
reportRows('Builds that the harness starts', rows)
