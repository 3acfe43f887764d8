import * as assert from 'uvu/assert'
import { judge } from '../../harness/analysis/judge.ts'
import { lostLoadOf } from '../../harness/analysis/lost-load.ts'
import { RecordView } from '../../harness/analysis/record-view.ts'
import type { RunRecord } from '../../harness/model/run-record.ts'
import { anEnvironment, aRecord } from '../kit/builders.ts'
import { anObjective } from '../kit/demands.ts'
import { describe } from '../kit/suite.ts'

const SECONDS = 100
const LOST_MS = 90_000

/** A record of so many workers of one thread, of which the first was lost before the last ten seconds. */
function withLoss(workers: number, changes: { untilMs?: number | null; failed?: number } = {}): RunRecord {
  const { untilMs = LOST_MS + 10_000, failed = 0 } = changes
  const okMs = Array.from({ length: 50 }, () => 10)
  const record = aRecord({ okMs, failedPerInterval: failed, intervals: SECONDS })
  return {
    ...record,
    threads: workers,
    hosts: Array.from({ length: workers }, (_, place) => ({
      ...{ place, worker: `w${place + 1}`, instance: `i${place}`, threads: 1, environment: anEnvironment() },
      ...{ clock: { offsetMs: 0, boundMs: 1, driftMs: 0 }, lagMaxMs: 0, overflowCount: 0, own: null },
      epochs: [
        place === 0
          ? { epoch: 0, fromMs: 0, throughMs: LOST_MS, untilMs, end: 'lost' as const, message: 'gone' }
          : {
              epoch: 0,
              fromMs: 0,
              throughMs: 100_000,
              untilMs: null,
              end: 'finished' as const,
              message: null,
            },
      ],
    })),
  }
}

const lossOf = (record: RunRecord) => lostLoadOf(new RecordView(record))
const RATIO = anObjective('error_ratio < 3%')
const judged = (record: RunRecord, strict = false) => judge(record, { strict, objectives: [RATIO] })

describe('The load that a lost worker leaves out', (test) => {
  test('is its share of what the others sent meanwhile', () => {
    const third = lossOf(withLoss(3))
    // In each of ten seconds of 50 journeys by two of three, 25 are missing.
    assert.is(third?.missingRatio.toFixed(9), (250 / (90 * 50 + 10 * 75)).toFixed(9))
    const little = lossOf(withLoss(200))
    assert.ok(Math.abs((little?.missingRatio ?? 0) - 0.1 / 200) < 0.0002, JSON.stringify(little))
  })

  test('is nothing where nobody was lost, and cannot be told where nobody was left', () => {
    const record = withLoss(3)
    assert.is(lossOf({ ...record, hosts: record.hosts.slice(1) }), null)
    assert.is(lossOf({ ...record, hosts: record.hosts.slice(0, 1), threads: 1 }), null)
  })

  test('bounds what may have been sent uncounted by the rest of its lease', () => {
    const [short, long] = [2_000, 20_000].map((ms) => lossOf(withLoss(3, { untilMs: LOST_MS + ms })))
    assert.ok((short?.unknownRequests ?? 0) > 0)
    assert.ok((long?.unknownRequests ?? 0) > 5 * (short?.unknownRequests ?? 0))
    assert.is(lossOf(withLoss(3, { untilMs: null }))?.unknownRequests, 0)
  })
})

describe('A verdict without a lost worker', (test) => {
  test('is INCONCLUSIVE when more than 1 % of the load is missing', () => {
    const { outcome, reasons } = judged(withLoss(3))
    assert.equal([outcome, reasons[0]?.code], ['INCONCLUSIVE', 'WORKER_LOST'])
  })

  test('may be GO when next to nothing is, with a caution; not under --strict', () => {
    const { outcome, cautions } = judged(withLoss(200))
    const caution = cautions.find(({ code }) => code === 'WORKER_LOST')
    assert.is(outcome, 'GO', JSON.stringify(cautions))
    assert.match(caution?.message ?? '', /without 0\.05\d* % of its plan \(w1 after 1m30s\)/)
    assert.is(judged(withLoss(200), true).outcome, 'INCONCLUSIVE')
  })

  test('is INCONCLUSIVE when the requests that nobody counted decide', () => {
    const untilMs = LOST_MS + 200_000
    const { outcome, reasons } = judged(withLoss(200, { untilMs, failed: 1 }))
    assert.equal([outcome, reasons.map(({ code }) => code)], ['INCONCLUSIVE', ['LOST_REQUESTS_DECIDE']])
    assert.is(judged(withLoss(200, { untilMs: null, failed: 1 })).outcome, 'GO')
  })

  test('stays NO-GO when it is one whatever they were', () => {
    const { outcome } = judged(withLoss(200, { failed: 10 }))
    assert.is(outcome, 'NO_GO')
  })

  test('tells of counts that came late, and of those that had no room', () => {
    const record = withLoss(200)
    const hosts = record.hosts.map((host, i) => (i === 1 ? { ...host, lagMaxMs: 61_000 } : host))
    const late = judged({ ...record, hosts }).cautions.find(({ code }) => code === 'SECONDS_LATE')
    assert.match(late?.message ?? '', 'w2 1m1s')
    const short = record.hosts.map((host, i) => (i === 1 ? { ...host, overflowCount: 3 } : host))
    const { outcome, reasons } = judged({ ...record, hosts: short })
    assert.equal([outcome, reasons[0]?.code], ['INCONCLUSIVE', 'UPLINK_OVERFLOW'])
    assert.match(reasons[0]?.message ?? '', 'w2 3 seconds')
  })
})
