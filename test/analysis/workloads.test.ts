import * as assert from 'uvu/assert'
import { judge } from '../../harness/analysis/judge.ts'
import { ObjectiveMonitor } from '../../harness/analysis/monitor/objective-monitor.ts'
import { parseObjectives } from '../../harness/analysis/objective-grammar.ts'
import type { WorkloadCounts } from '../../harness/model/interval-snapshot.ts'
import type { RunRecord } from '../../harness/model/run-record.ts'
import type { Verdict } from '../../harness/model/verdict.ts'
import { tablesOf } from '../../harness/reporters/tables/index.ts'
import { aPlan, aRecord } from '../kit/builders.ts'
import { aSecond } from '../kit/live-intervals.ts'
import { aWorkload } from '../kit/plan-builders.ts'
import { describe } from '../kit/suite.ts'

const times = (amount: number, ms: number) => Array.from({ length: amount }, () => ms)
const SECONDS = 20
const WORKLOADS = [
  aWorkload({ name: 'browse', durationMs: SECONDS * 1000, expectedIterations: 2_000 }),
  aWorkload({ name: 'batch', startMs: 10_000, durationMs: 10_000, expectedIterations: 100 }),
]

/** Counts of a second in which all that was planned was started, but for `missing`. */
function counts(planned: number, missing = 0): WorkloadCounts {
  const started = planned - missing
  return {
    ...{ planned, started, dropped: missing, cancelled: 0, lateStarts: 0, iterations: started },
    ...{ backedOffMs: 0, activeAgents: 1, backlog: 0 },
  }
}

/** A fast workload of 100 a second, and from 10 s on a slow one of 10 a second that starts too little of it. */
function twoLoads(...expects: readonly string[]): RunRecord {
  const { objectives, problems } = parseObjectives(expects, 'objectives')
  assert.equal(problems, [])
  const fast = aRecord({ okMs: times(100, 10), intervals: SECONDS, objectives })
  const slow = aRecord({ okMs: times(5, 300), intervals: SECONDS, objectives })
  const of = (workload: string, { cells, steps }: RunRecord) => ({
    cells: cells.map((cell) => ({ ...cell, workload })),
    steps: steps.map((step) => ({ ...step, workload })),
  })
  const [browse, batch] = [of('browse', fast), of('batch', slow)]
  return {
    ...fast,
    plan: { ...fast.plan, workloads: WORKLOADS },
    intervals: fast.intervals.map((interval, i) => ({
      ...interval,
      workloads: { browse: counts(100), batch: i < 10 ? counts(0) : counts(10, 2) },
    })),
    cells: [...browse.cells, ...batch.cells],
    steps: [...browse.steps, ...batch.steps],
  }
}

const verdictOf = (...expects: readonly string[]): Verdict => judge(twoLoads(...expects), { strict: false })

describe('Objectives by workload', (test) => {
  test('judge what its agents did alone, and its rate over the time in which it ran', () => {
    const { objectives } = verdictOf(
      'p95(response_time{workload=browse}) < 100ms',
      'p95(response_time{workload=batch}) < 100ms',
      'throughput{workload=batch} >= 10/s',
      'plan_kept{workload=browse} >= 99%',
      'plan_kept{workload=batch} >= 99%',
      'drop_ratio{workload=batch} <= 20%',
      'count(iterations{workload=batch}) >= 80',
    )
    assert.equal(
      objectives.map(({ outcome }) => outcome),
      ['met', 'missed', 'met', 'met', 'missed', 'met', 'met'],
    )
  })

  test('are watched only while it runs', () => {
    const { objectives } = parseObjectives(
      [{ expect: 'throughput{workload=batch} >= 10/s', window: '2s' }],
      'objectives',
    )
    const plan = { ...aPlan({ durationMs: SECONDS * 1000 }), workloads: WORKLOADS }
    const monitor = new ObjectiveMonitor(plan, objectives)
    const seen = Array.from({ length: 14 }, (_, second) =>
      monitor
        .observe(aSecond(second, { okMs: times(50, 10) }), () => {
          throw new Error('nobody asked for the whole run')
        })
        .transitions.map(({ to, atMs }) => [to, atMs > 10_000]),
    )
    assert.ok(seen.flat().length > 0)
    assert.ok(seen.flat().every(([, isOn]) => isOn))
  })
})

describe('The plan of several workloads', (test) => {
  test('is kept by each of them, not by their sum', () => {
    const { outcome, reasons, cautions } = verdictOf('error_ratio < 1%')
    const kept = reasons.find(({ code }) => code === 'PLAN_NOT_KEPT')

    assert.is(outcome, 'INCONCLUSIVE')
    assert.match(kept?.message ?? '', /^workload batch: only 80 % of the planned journeys/)
    assert.match(
      cautions.find(({ code }) => code === 'ARRIVALS_DROPPED')?.message ?? '',
      /^workload batch: 20 of 100 arrivals/,
    )
  })

  test('is told in figures and in a table', () => {
    const verdict = verdictOf('error_ratio < 1%')
    const { browse, batch } = verdict.summary.workloads ?? {}
    const table = tablesOf(verdict).find(({ title }) => title === 'Workloads')

    assert.equal([browse?.plannedCount, batch?.plannedCount, batch?.startedCount], [2_000, 100, 80])
    assert.equal([browse?.throughputPerSec, batch?.throughputPerSec], [100, 10])
    assert.equal(
      table?.rows.map((row) => row.slice(0, 6)),
      [
        ['browse', 'open', '0s-20s', '2,000', '2,000', '2,000'],
        ['batch', 'open', '10s-20s', '100', '80', '100'],
      ],
    )
    const only = judge(aRecord({ okMs: times(100, 10) }), { strict: false })
    assert.not('workloads' in only.summary)
    assert.not(tablesOf(only).some(({ title }) => title === 'Workloads'))
  })
})
