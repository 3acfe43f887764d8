import * as assert from 'uvu/assert'
import { judge } from '../../harness/analysis/judge.ts'
import { metricValue } from '../../harness/analysis/metric-values.ts'
import { parseObjectives } from '../../harness/analysis/objective-grammar.ts'
import { RecordView } from '../../harness/analysis/record-view.ts'
import type { DispatchCounts } from '../../harness/model/interval-snapshot.ts'
import type { RunRecord } from '../../harness/model/run-record.ts'
import { aRecord, type RecordShape } from '../kit/builders.ts'
import { describe } from '../kit/suite.ts'

const SECONDS = 20
const WARM_UP_S = 10

/** A run whose first half is a warm-up; `inWarmUp` and `measured` are the journeys of each second. */
function warmed(
  inWarmUp: Partial<DispatchCounts>,
  measured: Partial<DispatchCounts>,
  shape: Partial<RecordShape> = {},
): RunRecord {
  const second = (index: number) => ({
    ...aRecord({ okMs: [1] }).dispatch,
    ...{ planned: 100, started: 100, iterations: 100, dropped: 0, cancelled: 0, lateStarts: 0 },
    ...(index < WARM_UP_S ? inWarmUp : measured),
  })
  const record = aRecord({
    okMs: Array.from({ length: 100 }, () => 5),
    intervals: SECONDS,
    workload: { model: 'open', expectedIterations: 100 * SECONDS },
    interval: (index) => ({
      phase: index < WARM_UP_S ? 'warm-up' : 'steady',
      dispatch: second(index),
    }),
    ...shape,
  })
  const seconds = Array.from({ length: SECONDS }, (_, index) => second(index))
  const total = (key: keyof DispatchCounts) => seconds.reduce((sum, each) => sum + each[key], 0)
  return {
    ...record,
    plan: {
      ...record.plan,
      phases: [
        { name: 'warm-up', startMs: 0, endMs: WARM_UP_S * 1000, measured: false },
        { name: 'steady', startMs: WARM_UP_S * 1000, endMs: SECONDS * 1000, measured: true },
      ],
    },
    dispatch: {
      ...record.dispatch,
      planned: total('planned'),
      started: total('started'),
      dropped: total('dropped'),
      cancelled: total('cancelled'),
      iterations: total('iterations'),
      lateStarts: total('lateStarts'),
    },
  }
}

const figureOf = (record: RunRecord, metric: string) =>
  metricValue(new RecordView(record), parseObjectives([`${metric} < 1`], '').objectives[0]!)
const codesOf = (record: RunRecord) => {
  const { objectives } = parseObjectives(['p99(response_time) < 1s'], 'objectives')
  const { reasons, cautions } = judge(record, { objectives, strict: false })
  return [...reasons, ...cautions].map(({ code }) => code)
}

describe('demand_met', (test) => {
  test('is the journeys completed of those planned', () => {
    assert.is(figureOf(warmed({}, { iterations: 40 }), 'demand_met'), 0.4)
    assert.is(figureOf(warmed({}, { iterations: 100 }), 'demand_met'), 1)
  })

  test('is of the measured part, whatever the warm-up did', () => {
    assert.is(figureOf(warmed({ iterations: 0 }, { iterations: 80 }), 'demand_met'), 0.8)
    assert.is(
      figureOf(warmed({ planned: 5, started: 5, iterations: 5 }, { iterations: 80 }), 'demand_met'),
      0.8,
    )
  })

  test('is against what a paced closed model promises for the measured part', () => {
    const slow = { planned: 50, started: 50, iterations: 50 }
    const closed = { workload: { model: 'closed' as const, expectedIterations: 100 * SECONDS } }
    assert.is(figureOf(warmed({}, slow, closed), 'demand_met'), 0.5)
    assert.is(figureOf(warmed({}, slow, closed), 'plan_kept'), 0.5)
  })
})

describe('A warm-up', (test) => {
  const troubled = { started: 40, dropped: 60, iterations: 40, lateStarts: 40 }

  test('counts in no ratio of journeys', () => {
    const values = (record: RunRecord) =>
      ['drop_ratio', 'late_ratio', 'plan_kept'].map((metric) => figureOf(record, metric))
    assert.equal(values(warmed(troubled, {})), [0, 0, 1])
    assert.equal(values(warmed({}, { ...troubled, lateStarts: 10 })), [0.6, 0.25, 0.4])
  })

  test('counts in no number of journeys or escalations', () => {
    const record = warmed({ iterations: 30, sessions: 7 }, { iterations: 80 })
    const escalations = [
      { phase: 'warm-up', kinds: { security: 5 } },
      { phase: 'steady', kinds: { security: 1, policy: 2 } },
    ]
    const escalated = { ...record, escalations }
    assert.is(figureOf(escalated, 'count(escalations)'), 3)
    assert.is(judge(escalated, { strict: false }).summary.escalationCount, 3)
    assert.is(figureOf(escalated, 'count(iterations)'), 800)
  })

  test('gives no reason to doubt a run, and the measured part gives the same ones', () => {
    assert.equal(codesOf(warmed(troubled, {})), [])
    assert.equal(codesOf(warmed({}, troubled)), ['PLAN_NOT_KEPT', 'ARRIVALS_DROPPED', 'LATE_STARTS'])
  })

  test('is not in the summary of the measured part', () => {
    const { plannedCount, startedCount, droppedCount, lateStartCount } = judge(warmed(troubled, {}), {
      strict: false,
    }).summary
    assert.equal([plannedCount, startedCount, droppedCount, lateStartCount], [1_000, 1_000, 0, 0])
  })

  test('that ran out of sockets, or of names, spoils nothing measured', () => {
    const record = warmed({}, {})
    const early = {
      ...record.steps[0]!,
      phase: 'warm-up',
      ...{ started: 3, ok: 0, errored: 3, untimed: 3, errors: { 'no-descriptor': 3 } },
    }
    assert.equal(codesOf({ ...record, steps: [...record.steps, early] }), [])
    const overflown = { ...record.cells[0]!, phase: 'warm-up', outcome: 'aborted', overflowCount: 2 }
    assert.equal(codesOf({ ...record, cells: [...record.cells, overflown] }), [])
  })
})

describe('Rows that ran out', (test) => {
  test('are named, and not mistaken for agents that were busy', () => {
    const feeders = { users: { mode: 'unique' as const, rows: [{ id: '1' }, { id: '2' }] } }
    const record = warmed({}, { started: 30, cancelled: 70, iterations: 30 })
    const dry = {
      ...record,
      plan: { ...record.plan, feeders },
      dispatch: { ...record.dispatch, feedersDry: 4 },
    }
    const { objectives } = parseObjectives(['p99(response_time) < 1s'], 'objectives')
    const { reasons, cautions } = judge(dry, { objectives, strict: false })
    const messages = [...reasons, ...cautions].map(({ message }) => message)
    assert.equal([reasons[0]?.code, cautions[0]?.code], ['PLAN_NOT_KEPT', 'FEEDER_DRY'])
    assert.ok(
      messages.every((message) => !message.includes('agent was busy') && !message.includes('--agents')),
    )
    for (const message of messages)
      assert.match(message, "the rows of the unique feeder 'users' (2 rows) ran out")
  })
})

describe('A load that ends by the number of its iterations', (test) => {
  const ended = (started: number, changes: Partial<RunRecord> = {}) => {
    const record = warmed(
      {},
      {},
      { workload: { model: 'closed', iterations: { count: 500, of: 'run' }, expectedIterations: 500 } },
    )
    return {
      ...record,
      loadMs: 4_000,
      dispatch: { ...record.dispatch, started, planned: started },
      ...changes,
    }
  }

  test('is whole before its time when it has begun all of them', () => {
    assert.equal(codesOf(ended(500)), [])
  })

  test('is not believed when its longest time was over before, and says so', () => {
    const { objectives } = parseObjectives(['p99(response_time) < 1s'], 'objectives')
    const [reason] = judge(ended(412), { objectives, strict: false }).reasons
    assert.is(reason?.code, 'ITERATIONS_LEFT')
    assert.match(
      reason?.message ?? '',
      /only 412 of the 500 iterations were begun; the longest time of \w+ ended the load/,
    )
    assert.equal(codesOf(ended(412, { status: 'aborted' })).includes('ITERATIONS_LEFT'), false)
  })
})
