import * as assert from 'uvu/assert'
import { judge } from '../../harness/analysis/judge.ts'
import { RecordView } from '../../harness/analysis/record-view.ts'
import { stairsOf } from '../../harness/analysis/stairs.ts'
import type { CurvePlan, PhasePlan } from '../../harness/model/plan.ts'
import type { RunRecord } from '../../harness/model/run-record.ts'
import { stairsTable } from '../../harness/reporters/tables/stairs-table.ts'
import { aRecord } from '../kit/builders.ts'
import { anObjective } from '../kit/demands.ts'
import { describe } from '../kit/suite.ts'

const STAIRCASE: CurvePlan = {
  kind: 'sequence',
  parts: [
    { kind: 'steps', values: [100, 200], stepMs: 10_000 },
    { kind: 'constant', value: 300, durationMs: 10_000 },
  ],
}

/** Thirty seconds; the response time of each by what it says. */
function aStaircase(
  slowFromS: number,
  { curve = STAIRCASE, phases }: { curve?: CurvePlan; phases?: readonly PhasePlan[] } = {},
): RunRecord {
  const shape = {
    intervals: 30,
    objectives: [anObjective('p99(response_time) < 250ms')],
    workload: { curve, model: 'closed' as const, join: null },
  }
  const fast = aRecord({ okMs: [10, 20], ...shape })
  const slow = aRecord({ okMs: [10, 400], ...shape })
  const intervals = fast.intervals.map((interval, i) =>
    i < slowFromS ? interval : (slow.intervals[i] ?? interval),
  )
  return { ...fast, intervals, plan: { ...fast.plan, ...(phases !== undefined && { phases: [...phases] }) } }
}

const stairs = (record: RunRecord) => stairsOf(new RecordView(record)).stairs

describe('The stairs of a run', (test) => {
  test('are judged one by one, and the highest that met the objectives is named', () => {
    const found = stairs(aStaircase(20))

    assert.equal(
      found?.levels.map(({ load, seconds, okPerSec, missed }) => [load, seconds, okPerSec, missed]),
      [
        [100, 9, 2, []],
        [200, 9, 2, []],
        [300, 9, 2, ['p99(response_time) < 250ms']],
      ],
    )
    assert.is(found?.highestMet, 200)
    assert.is(Math.round(found?.levels[2]?.p99Ms ?? 0), 400)
  })

  test('are not met above one that was missed', () => {
    const record = aStaircase(20, { curve: { kind: 'steps', values: [300, 200, 100], stepMs: 10_000 } })
    const found = stairs(record)

    assert.is(found?.levels[0]?.load, 100)
    assert.is(found?.highestMet, null)
  })

  test('are not of the warm-up, nor of any other workload', () => {
    const warm: PhasePlan = { name: 'warm-up', startMs: 0, endMs: 10_000, measured: false }
    const steady: PhasePlan = { name: 'steady', startMs: 10_000, endMs: 30_000, measured: true }
    const warmed = stairs(aStaircase(20, { phases: [warm, steady] }))

    assert.equal(
      warmed?.levels.map(({ load }) => load),
      [200, 300],
    )
    const constant: CurvePlan = { kind: 'constant', value: 100, durationMs: 30_000 }
    assert.is(stairs(aStaircase(20, { curve: constant })), undefined)
    const ramp: CurvePlan = { kind: 'ramp', from: 1, to: 100, durationMs: 30_000 }
    assert.is(stairs(aStaircase(20, { curve: ramp })), undefined)
  })

  test('are in the summary of the verdict, and a table of every report', () => {
    const verdict = judge(aStaircase(20), { strict: false })
    const { title, rows } = stairsTable(verdict)

    assert.is(verdict.summary.stairs?.highestMet, 200)
    assert.is(title, 'By load: the highest stair that met the objectives is 200 agents')
    assert.equal(
      rows.map((row) => [row[0], row.at(-1)]),
      [
        ['100', 'met'],
        ['200', 'met'],
        ['300', 'missed'],
      ],
    )
  })
})
