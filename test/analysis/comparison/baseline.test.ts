import * as assert from 'uvu/assert'
import {
  comparedRunsOf,
  differencesFrom,
  emptyBaseline,
  settingsFrom,
  withNewestSessions,
  withRun,
} from '../../../harness/analysis/comparison/baseline.ts'
import { SparseHistogram } from '../../../harness/measure/sparse-histogram.ts'
import type { Baseline } from '../../../harness/model/baseline.ts'
import { baselineSchema } from '../../../harness/model/baseline.ts'
import type { RunRecord } from '../../../harness/model/run-record.ts'
import { aRecord } from '../../kit/builders.ts'
import { describe } from '../../kit/suite.ts'

const APPROVED = { at: '2026-01-01T01:00:00.000Z', by: 'me', reason: 'GO' }
const OK_MS = Array.from({ length: 50 }, (_, i) => 5 + i)

/** A run of a given hour and boot. */
function runAt(hour: number, boot = 'boot', changes: Partial<RunRecord> = {}): RunRecord {
  const record = aRecord({ okMs: OK_MS, failedPerInterval: 1, intervals: 120 })
  const startedAt = new Date(Date.UTC(2026, 0, 1, hour)).toISOString()
  return {
    ...record,
    runId: `run-${hour}-${boot}`,
    startedAt,
    environment: { ...record.environment, bootId: boot },
    ...changes,
  }
}

const grown = (records: readonly RunRecord[]) =>
  records.reduce<Baseline>(
    (baseline, record) => withRun(baseline, record, 'GO', null, APPROVED),
    emptyBaseline('main', records[0] as RunRecord),
  )
const sessionsOf = (baseline: Baseline) => comparedRunsOf(baseline).map(({ session }) => session)

describe('A baseline', (test) => {
  test('holds what a comparison needs, whole and small', () => {
    const baseline = baselineSchema.parse(JSON.parse(JSON.stringify(grown([runAt(1)]))))
    const [run] = baseline.runs
    assert.is(run?.intervals.length, 60)
    assert.is(
      run?.intervals.reduce((sum, { requests }) => sum + requests, 0),
      51 * 120,
    )
    assert.is(
      run?.intervals.reduce((sum, { errors }) => sum + errors, 0),
      120,
    )
    assert.is(SparseHistogram.decode(run?.merged['step'] ?? '').count, 50 * 120)
    assert.ok(JSON.stringify(run).length < 60_000)
  })

  test('counts runs of one boot within some hours as one session', () => {
    assert.is(new Set(sessionsOf(grown([runAt(1), runAt(2), runAt(4)]))).size, 1)
    assert.is(new Set(sessionsOf(grown([runAt(1), runAt(12)]))).size, 2)
    assert.is(new Set(sessionsOf(grown([runAt(1), runAt(1, 'other')]))).size, 2)
  })

  test('is the same in whatever order its runs came', () => {
    const nights = [1, 25, 49, 73, 97].map((hour) => runAt(hour))
    assert.equal(grown([...nights].reverse()).runs, grown(nights).runs)
    assert.equal(grown([...nights].reverse()).noise, grown(nights).noise)
  })

  test('keeps the ten newest sessions and learns its noise from them', () => {
    const baseline = grown(Array.from({ length: 13 }, (_, night) => runAt(24 * night)))
    assert.is(baseline.runs.length, 10)
    assert.is(baseline.runs[0]?.id, 'run-72-boot')
    assert.is(baseline.noise.p99?.sessions, 10)
    assert.is(settingsFrom(baseline).noise.p99.s0, baseline.noise.p99?.s0)
    const two = withNewestSessions(baseline, 2)
    assert.equal([two.runs.length, two.noise], [2, {}])
  })

  test('does not compare across load, scenario, machine or Node, and says what has changed', () => {
    const baseline = grown([runAt(1)])
    assert.equal(differencesFrom(baseline, runAt(5)), [])
    assert.match(differencesFrom(baseline, runAt(5, 'boot', { loadHash: 'other' })).join(), /--agents/)
    assert.match(
      differencesFrom(baseline, runAt(5, 'boot', { scenarioHash: 'other' })).join(),
      /scenario file/,
    )
    const { environment } = runAt(5)
    const moved = runAt(5, 'boot', { environment: { ...environment, node: 'v24', cores: 64 } })
    assert.equal(differencesFrom(baseline, moved), ['cores (2, now 64)', 'node (v20, now v24)'])
  })
})
