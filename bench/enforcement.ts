/**
 * How fast a breach is acted upon, on real processes: from a fault of the target to the alert, to the end of the load, to a
 * healthy system; and from a halt in another process to the end of the load. `npm run bench:enforcement`
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { median } from 'simple-statistics'
import { runRecordSchema } from '../harness/model/run-record.ts'
import type { VerdictDocument } from '../harness/model/verdict.ts'
import { CliProcess } from '../test/kit/cli.ts'
import { freePort } from '../test/kit/free-port.ts'
import { putFaults } from '../test/kit/sandbox.ts'
import { type BenchRow, reportRows } from './kit/report.ts'

const ROUNDS = Number(process.env['ROUNDS'] ?? 5)
const GRACE_MS = 5_000

const folder = mkdtempSync(join(tmpdir(), 'proofload-enforcement-'))

function writeScenario(port: number): void {
  const heal = `fetch('http://127.0.0.1:${port}/__faults',{method:'DELETE'}).then((a)=>process.exit(a.ok?0:1))`
  writeFileSync(
    join(folder, 'watched.json'),
    JSON.stringify({
      name: 'watched',
      target: { plugin: 'sandbox', config: { port } },
      workload: { pattern: 'constant-rate', rate: '60/s', duration: '60s' },
      journeys: { ask: { steps: [{ request: { method: 'GET', path: '/items/42' } }] } },
      objectives: [
        {
          expect: 'p99(response_time) < 100ms',
          window: '10s',
          grace: `${GRACE_MS}ms`,
          abort: true,
          rollback: true,
        },
      ],
      rollback: {
        procedures: { default: { plugin: 'command', config: { argv: [process.execPath, '-e', heal] } } },
        validation: '5s',
      },
    }),
  )
}

interface Breach {
  readonly alertMs: number
  /** Journeys begun after it fired; a second's worth are 60. */
  readonly startedAfter: number
  readonly healthyMs: number
  readonly exit: number | null
  readonly outcome: string
}

/** Times since the fault, as they are seen from outside. */
async function breach(port: number): Promise<Breach> {
  const run = new CliProcess(['run', 'watched.json', '--json', '--arm-rollback'], folder)
  await run.sees('watched: constant-rate')
  await sleep(8_000)
  await putFaults(`http://127.0.0.1:${port}`, { slow: { factor: 10 } })
  const faultMs = performance.now()
  await run.sees('is failing')
  const alertMs = performance.now() - faultMs
  await run.sees('rollback undo succeeded')
  const { status, stdout } = await run.ended
  const healthyMs = performance.now() - faultMs
  const verdict = JSON.parse(stdout) as VerdictDocument
  const { atMs = 0 } = verdict.enforcement?.stop ?? {}
  const record = runRecordSchema.parse(JSON.parse(readFileSync(verdict.files['record'] ?? '', 'utf8')))
  const after = record.intervals.filter(({ startMs }) => startMs >= atMs - 1)
  return {
    alertMs,
    startedAfter: after.reduce((sum, { dispatch }) => sum + dispatch.started, 0),
    healthyMs,
    exit: status,
    outcome: verdict.rollback?.outcome ?? 'none',
  }
}

/** From the return of `emergency halt` until the run says that its load is ended; negative when it was said before. */
async function halt(): Promise<number> {
  const run = new CliProcess(['run', 'watched.json', '--json'], folder)
  await run.sees('watched: constant-rate')
  await sleep(3_000)
  const ended = run.sees('load is ended').then(() => performance.now())
  const { status } = await new CliProcess(['emergency', 'halt', '--reason', 'bench'], folder).ended
  const haltedMs = performance.now()
  if (status !== 0) throw new Error('the halt was refused')
  const ms = (await ended) - haltedMs
  await run.ended
  await new CliProcess(['emergency', 'resume', '--reason', 'bench'], folder).ended
  return ms
}

const rows: BenchRow[] = []
const row = (work: string, values: readonly number[], atMost: number, unit = ' ms'): BenchRow => ({
  work,
  bar: { atMost },
  figure: Math.max(...values),
  unit,
  raw: `median ${median([...values]).toFixed(0)} of ${values.map((value) => value.toFixed(0)).join(', ')}`,
})

try {
  const port = await freePort()
  writeScenario(port)
  const breaches: Breach[] = []
  const halts: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    breaches.push(await breach(port))
    halts.push(await halt())
  }
  rows.push(
    row(
      'fault to firing, grace 5 s, the slowest',
      breaches.map(({ alertMs }) => alertMs),
      GRACE_MS + 2_000,
    ),
    row(
      'journeys begun after it fired (60 a second)',
      breaches.map(({ startedAfter }) => startedAfter),
      60,
      '',
    ),
    row('halt elsewhere to the end of the load', halts, 1_000),
    row(
      'fault to shown healthy',
      breaches.map(({ healthyMs }) => healthyMs),
      60_000,
    ),
    {
      work: 'armed rollbacks that succeeded with exit 1',
      bar: { atLeast: 100 },
      figure:
        (100 * breaches.filter(({ exit, outcome }) => exit === 1 && outcome === 'succeeded').length) / ROUNDS,
      unit: ' %',
      raw: breaches.map(({ exit, outcome }) => `${outcome} (${exit})`).join(', '),
    },
  )
} finally {
  rmSync(folder, { recursive: true, force: true })
}
reportRows(`Enforcement, ${ROUNDS} rounds`, rows)
