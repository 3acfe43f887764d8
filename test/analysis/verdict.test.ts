import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { type Check, decide, higher } from '../../harness/analysis/decide.ts'
import { judge } from '../../harness/analysis/judge.ts'
import { parseObjectives } from '../../harness/analysis/objective-grammar.ts'
import { LEVELS } from '../../harness/model/comparison.ts'
import { OTHER_NAMES } from '../../harness/model/interval-snapshot.ts'
import { OPEN_ENDED } from '../../harness/model/open-ended.ts'
import type { ObjectivePlan } from '../../harness/model/plan.ts'
import type { RecordInterval } from '../../harness/model/record-interval.ts'
import type { RunRecord } from '../../harness/model/run-record.ts'
import { runRecordSchema } from '../../harness/model/run-record.ts'
import { verdictSchema } from '../../harness/model/verdict.ts'
import { headlineText } from '../../harness/text/headline.ts'
import { aRecord, type RecordShape } from '../kit/builders.ts'
import { aReason } from '../kit/demands.ts'
import { histogramOfMs } from '../kit/latencies.ts'
import { describe } from '../kit/suite.ts'

const objectives = (...inputs: readonly unknown[]): ObjectivePlan[] => {
  const parsed = parseObjectives(inputs, 'objectives')
  assert.equal(parsed.problems, [])
  return parsed.objectives
}
const verdictOf = (record: RunRecord, strict = false) => judge(record, { strict })
const FAST = Array.from({ length: 100 }, (_, i) => 5 + (i % 10))
const codes = (record: RunRecord) => verdictOf(record).reasons.map(({ code }) => code)

describe('Objectives', (test) => {
  test('are read with their metric, labels, units and defaults', () => {
    const [p99, share, ratio, rate] = objectives(
      'p99(response_time{step=GET /items}) < 0.1s',
      'share(response_time <= 100ms) >= 99%',
      'error_ratio < 0.1%',
      'rate(goodput) > 100/s',
    )
    assert.equal(
      [p99?.fn, p99?.metric, p99?.labels, p99?.op, p99?.bound],
      ['p99', 'response_time', { step: 'GET /items' }, '<', 100],
    )
    assert.equal([share?.within, share?.bound, ratio?.bound, rate?.bound], [100, 0.99, 0.001, 100])
    assert.equal([p99?.severity, p99?.role, p99?.onNoData], ['major', 'core', 'inconclusive'])
  })

  const WRONG: readonly (readonly [string, RegExp])[] = [
    ['p99(respons_time) < 100ms', /response_time/],
    ['q98(response_time) < 100ms', /p9/],
    ['p99(error_ratio) < 1%', /no meaning/],
    ['p99(response_time) < 100', /unit/],
    ['response_time < 100ms', /distribution/],
    ['p99(response_time{stage=pay}) < 100ms', /no label 'stage'/],
    ['share(response_time) >= 99%', /share/],
    ['p99(response_time)', /objective/],
  ]
  for (const [text, message] of WRONG) {
    test(`refuses ${text}, and says where and what would be right`, () => {
      const { problems } = parseObjectives(['error_ratio < 1%', text], 'objectives')
      assert.is(problems.length, 1)
      assert.is(problems[0]?.path, 'objectives[1]')
      assert.match(`${problems[0]?.message} ${problems[0]?.expected} ${problems[0]?.nearest}`, message)
    })
  }

  test('on a percentile are met, missed or unproven by the exact binomial', () => {
    const of = (slowShare: number, intervals: number) => {
      const okMs = Array.from({ length: 1000 }, (_, i) => (i < slowShare * 1000 ? 200 : 10))
      return verdictOf(aRecord({ okMs, intervals, objectives: objectives('p99(response_time) < 100ms') }))
        .objectives[0]?.outcome
    }
    assert.is(of(0.002, 20), 'met')
    assert.is(of(0.03, 20), 'missed')
    assert.is(of(0.01, 20), 'unproven')
    assert.is(of(0.003, 1), 'met')
    assert.is(of(0.004, 1), 'unproven')
  })

  test('are judged by exact counts where the run knew the bound, and cautiously where it did not', () => {
    const record = aRecord({
      okMs: Array.from({ length: 1_000 }, () => 100),
      objectives: objectives('share(response_time <= 100.01ms) >= 99%', 'p99(response_time) < 100.01ms'),
    })
    const observed = (of: RunRecord) => verdictOf(of).objectives.map(({ outcome }) => outcome)
    // The bucket of 100.01 ms begins below it: without counters, all of it might be above.
    assert.equal(observed(record), ['missed', 'missed'])
    const exact = { ...record, cells: record.cells.map((cell) => ({ ...cell, over: { 100010: 0 } })) }
    assert.equal(observed(exact), ['met', 'met'])
  })

  test('do not count an error as a fast success', () => {
    const [result] = verdictOf(
      aRecord({
        okMs: FAST,
        failedPerInterval: 10,
        objectives: objectives('share(response_time <= 100ms) >= 99%'),
      }),
    ).objectives
    assert.is(result?.outcome, 'missed')
    assert.ok(Math.abs((result?.observed ?? 0) - 100 / 110) < 1e-9)
  })

  test('on what nobody measured are INCONCLUSIVE unless told otherwise', () => {
    const record = (onNoData?: string) =>
      aRecord({
        okMs: FAST,
        objectives: objectives(
          { expect: 'max(target_cpu) < 2', ...(onNoData === undefined ? {} : { onNoData }) },
          'error_ratio < 5%',
        ),
      })
    assert.is(verdictOf(record()).outcome, 'INCONCLUSIVE')
    assert.is(verdictOf(record('inconclusive')).outcome, 'INCONCLUSIVE')
    assert.is(verdictOf(record('pass')).outcome, 'GO')
    assert.is(verdictOf(record('fail')).outcome, 'NO_GO')
    const stopped = { ...record('fail'), status: 'interrupted' as const }
    assert.is(verdictOf(stopped).outcome, 'INCONCLUSIVE')
  })

  test('need their minSamples: seconds of a gauge, requests of everything else', () => {
    const judged = (expect: string, minSamples: number, onNoData?: string) => {
      const target = { cpuCores: 1, rssBytes: 1, cpuRatio: null, memoryRatio: null }
      const { outcome, objectives: results } = verdictOf(
        aRecord({
          okMs: FAST,
          intervals: 20,
          interval: (i) => ({ target: i < 13 ? target : null }),
          objectives: objectives({ expect, minSamples, ...(onNoData === undefined ? {} : { onNoData }) }),
        }),
      )
      return [outcome, results[0]?.message]
    }
    for (const expect of ['p99(response_time) < 1s', 'error_ratio < 1%', 'rate(requests) > 1/s']) {
      assert.equal(judged(expect, 2_001), ['INCONCLUSIVE', 'only 2,000 samples, 2001 needed'], expect)
      assert.equal(judged(expect, 2_001, 'fail')[0], 'NO_GO')
      assert.is(judged(expect, 2_000)[0], 'GO', expect)
    }
    assert.equal(judged('max(target_cpu) < 2', 14), [
      'INCONCLUSIVE',
      'only 13 seconds with a figure, 14 needed (minSamples)',
    ])
    assert.equal(judged('max(target_cpu) < 2', 13), ['GO', 'observed 1 (13 samples)'])
  })
})

describe('The instrument', (test) => {
  const objective = objectives('p99(response_time) < 100ms')

  test('is believed when it is quiet and the plan was kept', () => {
    const verdict = verdictOf(aRecord({ okMs: FAST, objectives: objective }))
    assert.equal([verdict.outcome, verdict.exitCode, verdict.validity.valid], ['GO', 0, true])
    verdictSchema.parse(verdict)
  })

  test('that was saturated makes latency INCONCLUSIVE, never GO and never NO-GO', () => {
    const saturated = (okMs: readonly number[]) =>
      aRecord({
        okMs,
        objectives: objective,
        startDelayMs: 300,
        workload: { model: 'open' },
        interval: (i) => ({ backlog: i * 1000, health: { eventLoopUtilization: 0.98 } }),
      })
    for (const okMs of [FAST, FAST.map((ms) => ms + 300)]) {
      const verdict = verdictOf(saturated(okMs))
      assert.is(verdict.outcome, 'INCONCLUSIVE')
      assert.ok(verdict.reasons.some(({ code }) => code === 'GENERATOR_SATURATED'))
    }
  })

  test('that could not have kept the plan with a core of its own is saturated, not starved', () => {
    type Health = Partial<RecordInterval['health']>
    const doubts = (
      started: number,
      health: Health,
      at: (i: number) => Health = () => ({}),
      intervals = 20,
    ) =>
      codes(
        aRecord({
          okMs: FAST,
          intervals,
          objectives: objective,
          startDelayMs: 300,
          workload: { model: 'open' },
          dispatch: { planned: 800_000, started },
          interval: (i) => ({
            backlog: i * 1000,
            health: {
              ...health,
              runQueueWaitRatio: (health.runQueueWaitRatio ?? 0) + (i === 1 ? 0.2 : 0),
              ...at(i),
            },
          }),
        }),
      ).filter((code) => code.startsWith('GENERATOR'))
    assert.equal(doubts(60_000, { eventLoopUtilization: 0.92, runQueueWaitRatio: 0.06 }), [
      'GENERATOR_SATURATED',
    ])
    assert.equal(doubts(30_000, { eventLoopUtilization: 1, runQueueWaitRatio: 0.85 }), [
      'GENERATOR_SATURATED',
    ])
    // What it asks for is little: others took its time.
    assert.equal(doubts(700_000, { eventLoopUtilization: 1, runQueueWaitRatio: 0.85 }), ['GENERATOR_STARVED'])
    assert.equal(doubts(700_000, { eventLoopUtilization: 0.7, runQueueWaitRatio: 0.3 }), [
      'GENERATOR_STARVED',
    ])
    // One full second of four is the run's own beginning.
    assert.equal(
      doubts(
        800_000,
        { eventLoopUtilization: 0.4, runQueueWaitRatio: 0.3 },
        (i) => (i === 0 ? { eventLoopUtilization: 1 } : {}),
        4,
      ),
      ['GENERATOR_STARVED'],
    )
    // It looked full, and waited for a core longer than it worked.
    assert.equal(doubts(800_000, { eventLoopUtilization: 1, runQueueWaitRatio: 0.6 }), ['GENERATOR_STARVED'])
  })

  test('that was saturated still says NO-GO to errors', () => {
    const record = aRecord({
      okMs: FAST,
      failedPerInterval: 20,
      objectives: objectives('error_ratio < 1%'),
      startDelayMs: 300,
      workload: { model: 'open' },
      interval: (i) => ({ backlog: i * 1000, health: { eventLoopUtilization: 0.98 } }),
    })
    assert.is(verdictOf(record).outcome, 'NO_GO')
  })

  test('is not blamed for a target that holds all agents: that is NO-GO, with a note', () => {
    const record = aRecord({
      okMs: FAST.map((ms) => ms + 900),
      objectives: objective,
      startDelayMs: 800,
      workload: { model: 'open' },
      interval: () => ({ backlog: 300, health: { eventLoopUtilization: 0.2 } }),
    })
    const verdict = verdictOf(record)
    assert.is(verdict.outcome, 'NO_GO')
    assert.ok(verdict.cautions.some(({ code }) => code === 'AGENTS_EXHAUSTED'))
  })

  test('is not blamed for slow connecting: a missed time is NO-GO, a kept one GO', () => {
    const connecting = (connectMs: number) =>
      aRecord({
        okMs: FAST.map((ms) => ms + connectMs),
        connectMs,
        objectives: objective,
        workload: { model: 'open' },
        interval: () => ({ health: { runQueueWaitRatio: 0.4 } }),
      })
    for (const [connectMs, outcome] of [
      [200, 'NO_GO'],
      [20, 'GO'],
    ] as const) {
      const verdict = verdictOf(connecting(connectMs))
      assert.equal([verdict.outcome, verdict.validity.reasons], [outcome, []])
      assert.ok(Math.abs(verdict.summary.connectTimeMs.p99 - connectMs) < 1)
      assert.is(verdict.summary.steps['step']?.connectTimeMs.count, verdict.summary.requests)
    }
    const missed = verdictOf(connecting(200))
    assert.match(headlineText(missed), /connecting took 9\d % of the time/)
    assert.ok(Math.abs(Number(missed.reasons[0]?.evidence['connectP99Ms']) - 200) < 1)
  })

  test('names the component that took the time once: in the headline', () => {
    const verdict = verdictOf(
      aRecord({
        okMs: FAST.map((ms) => ms + 200),
        components: { policy: 20, llm: 150 },
        objectives: objective,
      }),
    )
    assert.is(verdict.outcome, 'NO_GO')
    assert.match(headlineText(verdict), 'llm took')
    const { reasons, cautions, objectives, comparison } = verdict
    const told = [...reasons, ...cautions, ...objectives].map(({ message }) => message)
    assert.not.match([...told, comparison?.reason].join(), 'llm')
    assert.is(reasons[0]?.evidence['component'], 'llm')
  })

  test('doubts itself for every other reason too', () => {
    const base = { okMs: FAST, objectives: objective }
    assert.equal(codes(aRecord({ ...base, changes: { status: 'interrupted' } })), ['INTERRUPTED'])
    assert.equal(
      codes(aRecord({ ...base, changes: { shards: [{ shard: 0, status: 'lost', message: 'gone' }] } })),
      ['LOST_SHARD'],
    )
    assert.ok(
      codes(aRecord({ ...base, dispatch: { planned: 3000, started: 2000, cancelled: 1000 } })).includes(
        'PLAN_NOT_KEPT',
      ),
    )
    assert.ok(codes(aRecord({ ...base, dispatch: { planned: 2001 } })).includes('COUNTS_BROKEN'))
    // A count of a cell that its histogram does not hold.
    const { cells } = aRecord(base)
    const changed = cells.map((cell) =>
      cell.metric === 'start_delay' ? { ...cell, count: cell.count + 1 } : cell,
    )
    assert.ok(codes(aRecord({ ...base, changes: { cells: changed } })).includes('COUNTS_BROKEN'))
    assert.ok(codes(aRecord({ ...base, changes: { steps: [] } })).includes('NO_DATA'))
    const late = {
      ...base,
      startDelayMs: 60,
      okMs: FAST.map((ms) => ms + 60),
      workload: { model: 'open' as const },
    }
    assert.ok(codes(aRecord(late)).includes('START_DELAY'))
    const { steps } = aRecord(base)
    for (const [kind, code] of [
      ['no-descriptor', 'DESCRIPTORS_EXHAUSTED'],
      ['no-port', 'PORTS_EXHAUSTED'],
    ] as const) {
      const changes = { steps: steps.map((step) => ({ ...step, errors: { [kind]: 3 } })) }
      assert.ok(codes(aRecord({ ...base, changes })).includes(code), code)
    }
    assert.ok(
      codes(aRecord({ ...late, interval: () => ({ health: { runQueueWaitRatio: 0.4 } }) })).includes(
        'GENERATOR_STARVED',
      ),
    )
  })
})

describe('An instrument that was kept from its work', (test) => {
  const late = {
    okMs: FAST.map((ms) => ms + 60),
    startDelayMs: 60,
    workload: { model: 'open' as const },
    objectives: objectives('p99(response_time) < 100ms'),
  }
  const culprits: readonly [string, RecordShape['interval'], RegExp][] = [
    ['the host', () => ({ generator: aGenerator({ stealRatio: 0.3 }) }), /took up to 30 %.*not shared/],
    ['other processes', () => ({ health: { runQueueWaitRatio: 0.4 } }), /waited for a CPU up to 40 %/],
    [
      'other processes also where waiting makes the loop look full',
      () => ({ health: { runQueueWaitRatio: 0.9, eventLoopUtilization: 1 } }),
      /waited for a CPU up to 90 %/,
    ],
    [
      'garbage collection',
      () => ({ health: { gcPauseMaxMs: 180 } }),
      /garbage collection stopped it for 180ms/,
    ],
    ['its own code', () => ({ health: { loopDelayMaxMs: 900 } }), /its event loop was blocked for 900ms/],
  ]
  test('still believes what the target uses, which is measured beside it', () => {
    const target = { cpuCores: 1, rssBytes: 1e9, cpuRatio: 0.5, memoryRatio: 0.99 }
    const { outcome } = verdictOf(
      aRecord({
        ...late,
        interval: () => ({ health: { runQueueWaitRatio: 0.4 }, target }),
        objectives: objectives('target_memory_ratio <= 90%'),
      }),
    )
    assert.is(outcome, 'NO_GO')
  })

  for (const [waitRatio, addedMs, outcome] of [
    [0.15, 60, 'INCONCLUSIVE'],
    [0.05, 60, 'NO_GO'],
    [0.15, 900, 'NO_GO'],
    [0.15, 30, 'GO'],
  ] as const)
    test(`is${outcome === 'INCONCLUSIVE' ? '' : ' not'} the reason where it waited ${waitRatio} of the time, and times are ${addedMs} ms longer`, () => {
      const verdict = verdictOf(
        aRecord({
          okMs: FAST.map((ms) => ms + addedMs),
          startDelayMs: 6,
          workload: { model: 'open' },
          objectives: objectives('p50(response_time) < 60ms'),
          interval: () => ({ health: { runQueueWaitRatio: waitRatio } }),
        }),
      )
      assert.is(verdict.outcome, outcome)
      assert.equal(
        verdict.validity.reasons.map(({ code }) => code),
        outcome === 'INCONCLUSIVE' ? ['GENERATOR_STARVED'] : [],
      )
    })

  for (const [who, interval, said] of culprits)
    test(`names ${who}`, () => {
      const { reasons } = verdictOf(aRecord({ ...late, ...(interval === undefined ? {} : { interval }) }))
      assert.match(reasons.find(({ code }) => code === 'GENERATOR_STARVED')?.message ?? '', said)
    })

  test('says how many answers may have been cut without a sign of it', () => {
    const record = aRecord({ okMs: FAST, objectives: objectives('p99(response_time) < 100ms') })
    const counts = [{ kind: 'protocol' as const, text: OPEN_ENDED, count: 7 }]
    const faults = [{ phase: 'steady', of: 'faults' as const, step: 'step', counts, samples: [] }]
    const { outcome, cautions } = verdictOf({ ...record, failures: faults })
    assert.is(outcome, 'GO')
    assert.equal(
      cautions.map(({ code, evidence }) => [code, evidence]),
      [['OPEN_ENDED_ANSWERS', { answers: 7 }]],
    )
  })

  test('says what a reader should know even when the figures stand', () => {
    const cautions = (shape: Partial<RecordShape>) =>
      verdictOf(aRecord({ okMs: FAST, objectives: late.objectives, ...shape })).cautions.map(
        ({ code }) => code,
      )

    assert.ok(cautions({ dispatch: { lateStarts: 100 } }).includes('LATE_STARTS'))
    assert.ok(cautions({ interval: () => ({ health: { gcPauseMaxMs: 180 } }) }).includes('GC_PAUSE'))
    const stepped = (i: number) => ({ generator: aGenerator({ clockStepMs: i === 3 ? -7_000 : 0 }) })
    assert.ok(cautions({ interval: stepped }).includes('CLOCK_STEP'))
    const shared = {
      ...late,
      changes: {
        plan: { ...aRecord(late).plan, targets: { main: { plugin: 'http', config: {}, connections: 4 } } },
      },
    }
    assert.ok(cautions(shared).includes('POOL_WAITS'))
    assert.equal(cautions({}), [])
  })

  test('says how much is recorded under no name of its own', () => {
    const record = aRecord({
      okMs: FAST,
      objectives: late.objectives,
      components: { policy: 5, [OTHER_NAMES]: 5 },
      intervals: 20,
    })
    const found = verdictOf(record).cautions.find(({ code }) => code === 'NAMES_TOGETHER')

    assert.equal(found?.evidence, { requests: 0, componentTimes: FAST.length * 20 })
    const steps = record.steps.map((counts) => ({ ...counts, step: OTHER_NAMES }))
    const together = verdictOf({ ...record, steps }).cautions.find(({ code }) => code === 'NAMES_TOGETHER')
    assert.is(together?.evidence['requests'], FAST.length * 20)
  })
})

function aGenerator(changes: Partial<RecordInterval['generator']>): RecordInterval['generator'] {
  return { cpuCores: 0.5, rssBytes: 1, stealRatio: 0, clockStepMs: 0, machineCpuRatio: null, ...changes }
}

describe('The verdict', (test) => {
  const check = fc.constantFrom(...LEVELS).map(
    (level): Check => ({
      level,
      reason: level === 'ok' ? null : aReason(level, level),
    }),
  )
  const rank = { GO: 0, INCONCLUSIVE: 1, NO_GO: 2 } as const

  test('is a maximum: associative, commutative, idempotent', () => {
    const level = fc.constantFrom(...LEVELS)
    fc.assert(
      fc.property(
        level,
        level,
        level,
        (a, b, c) =>
          higher(a, higher(b, c)) === higher(higher(a, b), c) &&
          higher(a, b) === higher(b, a) &&
          higher(a, a) === a,
      ),
    )
  })

  test('never gets better by one more check, and does not depend on their order', () => {
    fc.assert(
      fc.property(fc.array(check, { minLength: 1 }), check, fc.boolean(), (checks, more, strict) => {
        const before = decide(checks, strict)
        assert.equal(decide([...checks].reverse(), strict), before)
        return rank[decide([...checks, more], strict).outcome] >= rank[before.outcome]
      }),
    )
  })

  test('without anything to judge is INCONCLUSIVE, never GO', () => {
    assert.is(decide([], false).outcome, 'INCONCLUSIVE')
    assert.is(verdictOf(aRecord({ okMs: FAST })).outcome, 'INCONCLUSIVE')
  })

  test('with cautions is GO, and INCONCLUSIVE under --strict', () => {
    const record = aRecord({ okMs: FAST, intervals: 1, objectives: objectives('error_ratio < 0.1%') })
    assert.equal([verdictOf(record).outcome, verdictOf(record, true).outcome], ['GO', 'INCONCLUSIVE'])
    assert.is(verdictOf(record).cautions[0]?.code, 'OBJECTIVE_UNPROVEN')
  })

  test('does not fail a release for a warning, a handler or a validation objective', () => {
    for (const changes of [{ severity: 'warning' }, { role: 'handler' }, { role: 'validation' }]) {
      const verdict = verdictOf(
        aRecord({
          okMs: FAST.map((ms) => ms + 500),
          objectives: objectives({ expect: 'p99(response_time) < 100ms', ...changes }),
        }),
      )
      assert.equal([verdict.outcome, verdict.cautions[0]?.code], ['GO', 'OBJECTIVE_MISSED'])
    }
  })

  test('is the same for a record that was stored and read again', () => {
    const record = aRecord({
      okMs: FAST,
      failedPerInterval: 1,
      components: { policy: 2 },
      objectives: objectives('p99(response_time) < 100ms', 'error_ratio < 5%'),
    })
    const stored = runRecordSchema.parse(JSON.parse(JSON.stringify(record)))
    assert.is(JSON.stringify(verdictOf(stored)), JSON.stringify(verdictOf(record)))
  })
})

/** A record in which `lost` requests of every interval timed out after `waitMs`, beside the ok ones. */
function withLost(record: RunRecord, lost: number, waitMs: number): RunRecord {
  const waits = histogramOfMs([waitMs], lost * record.intervals.length)
  const total = waits.count
  const [counts] = record.steps
  return {
    ...record,
    cells: [
      ...record.cells,
      {
        ...{ phase: 'steady', step: 'step', metric: 'response_time', outcome: 'timed-out', component: '' },
        ...{ count: total, sumUs: total * waitMs * 1000, overflowCount: 0, over: {}, hdr: waits.encode() },
      },
    ],
    steps: [
      {
        ...counts!,
        started: counts!.started + total,
        timedOut: total,
        errors: { ...counts!.errors, unanswered: total },
      },
    ],
    intervals: record.intervals.map((interval) => ({
      ...interval,
      steps: { step: { ...interval.steps['step']!, timedOut: lost } },
    })),
  }
}

describe('Requests that nobody answered', (test) => {
  const ask = (...inputs: readonly unknown[]) =>
    aRecord({ okMs: Array.from({ length: 90 }, () => 10), objectives: objectives(...inputs) })

  test('count as errors, and as not within any share or percentile, even where they waited less than its bound', () => {
    const { outcome, objectives: results } = verdictOf(
      withLost(
        ask(
          'error_ratio < 1%',
          'availability > 99%',
          'timeout_ratio < 1%',
          'share(response_time <= 60s) >= 99%',
          'share(service_time <= 60s) >= 99%',
          'p95(response_time) < 60s',
        ),
        10,
        10_000,
      ),
    )

    assert.is(outcome, 'NO_GO')
    assert.equal(
      results.map((result) => result.outcome),
      ['missed', 'missed', 'missed', 'missed', 'missed', 'missed'],
    )
  })

  test('make a percentile that falls among them a lower bound, and say so', () => {
    const { objectives: results, summary } = verdictOf(
      withLost(ask('p50(response_time) < 1s', 'p95(response_time) < 1s'), 10, 10_000),
    )

    assert.equal(
      results.map(({ isAtLeast }) => isAtLeast),
      [false, true],
    )
    assert.match(results[1]?.message ?? '', /observed at least 10s/)
    assert.ok(Math.abs((summary.responseTimeMs.lowerBoundFrom ?? 0) - 10_000) < 20)
    assert.is(summary.serviceTimeMs.lowerBoundFrom, null)
  })

  test('are not known to be slow either, where slow is what is asked for', () => {
    const [result] = verdictOf(withLost(ask('p50(response_time) > 60s'), 90, 10_000)).objectives
    assert.is(result?.outcome, 'missed')
  })

  test('are told as a caution of their own, which fails a strict run', () => {
    const few = withLost(aRecord({ okMs: FAST, objectives: objectives('error_ratio < 50%') }), 1, 10_000)

    assert.equal([verdictOf(few).outcome, verdictOf(few, true).outcome], ['GO', 'INCONCLUSIVE'])
    assert.equal(
      verdictOf(few).cautions.map(({ code }) => code),
      ['UNANSWERED'],
    )
  })
})

describe('Times of errors', (test) => {
  const mostly = (failed: number, ...inputs: readonly unknown[]) =>
    verdictOf(
      aRecord({
        okMs: Array.from({ length: 10 }, () => 5),
        failedPerInterval: failed,
        objectives: objectives(...inputs, 'error_ratio <= 100%'),
      }),
    )

  test('are no data for percentiles, means and maxima when fewer than half of the requests ended ok', () => {
    const asked = [
      'p95(response_time) < 2s',
      'p50(service_time) < 2s',
      'p99(ttfb) < 2s',
      'mean(response_time) < 2s',
      'max(service_time) < 2s',
    ]
    for (const expect of asked) {
      const { outcome, objectives: results } = mostly(11, expect)
      assert.equal([outcome, results[0]?.outcome], ['INCONCLUSIVE', 'no-data'], expect)
    }
    assert.match(mostly(11, asked[0]).objectives[0]?.message ?? '', /only 200 of 420 requests ended ok/)
    assert.is(mostly(10, asked[0]).objectives[0]?.outcome, 'met')
  })

  test('are what they are where somebody asks for them', () => {
    assert.is(mostly(11, 'p95(response_time{outcome=failed}) < 2s').objectives[0]?.outcome, 'met')
    assert.is(mostly(11, 'count(response_time) > 10').objectives[0]?.outcome, 'met')
  })

  test('are never within a share', () => {
    for (const metric of ['response_time', 'service_time', 'ttfb']) {
      const [result] = mostly(11, `share(${metric} <= 2s) >= 90%`).objectives
      assert.equal(
        [result?.outcome, Math.round((result?.observed ?? 0) * 100)],
        [metric === 'ttfb' ? 'missed' : 'missed', metric === 'ttfb' ? 0 : 48],
        metric,
      )
    }
  })
})

describe('What is observed beyond its bound and not proven', (test) => {
  const few = (objective: unknown) =>
    aRecord({ okMs: [5, 5, 5], failedPerInterval: 1, intervals: 3, objectives: objectives(objective) })

  test('is INCONCLUSIVE without --strict, too', () => {
    const { outcome, objectives: results, reasons } = verdictOf(few('error_ratio < 20%'))

    assert.equal([outcome, results[0]?.outcome], ['INCONCLUSIVE', 'unproven'])
    assert.equal(
      reasons.map(({ code }) => code),
      ['OBJECTIVE_UNPROVEN'],
    )
    for (const expect of ['availability > 80%', 'share(response_time <= 1s) >= 80%'])
      assert.is(verdictOf(few(expect)).outcome, 'INCONCLUSIVE', expect)
  })

  test('stays a caution where the observed value keeps its bound, or cannot fail the run', () => {
    assert.is(verdictOf(few('error_ratio < 30%')).outcome, 'GO')
    assert.is(verdictOf(few({ expect: 'error_ratio < 20%', severity: 'warning' })).outcome, 'GO')
  })
})

describe('A generator that stood still', (test) => {
  const paused = (...inputs: readonly unknown[]) =>
    aRecord({
      okMs: FAST.map((ms) => ms * 100),
      failedPerInterval: 0,
      interval: (i) => (i === 7 ? { health: { loopDelayMaxMs: 1_000 } } : {}),
      objectives: objectives(...inputs),
    })

  test('because it waited for a CPU says so, too', () => {
    const messageUnder = (runQueueWaitRatio: number) =>
      verdictOf(
        aRecord({
          okMs: FAST,
          interval: (i) => (i === 3 ? { health: { loopDelayMaxMs: 1_100, runQueueWaitRatio } } : {}),
          objectives: objectives('p99(response_time) < 1s'),
        }),
      ).reasons.find(({ code }) => code === 'GENERATOR_STALLED')?.message ?? ''
    assert.match(messageUnder(0.94), /stood still for 1\.1s.*waited for a CPU up to 94 % of the time/)
    assert.not.match(messageUnder(0.01), 'waited for a CPU')
  })

  test('never makes a time NO-GO, whatever else is measured', () => {
    for (const expect of ['p99(service_time) < 10ms', 'max(response_time) < 10ms', 'plan_kept >= 200%'])
      assert.equal(
        [verdictOf(paused(expect)).outcome, codes(paused(expect)).includes('GENERATOR_STALLED')],
        ['INCONCLUSIVE', true],
      )
  })

  test('is no excuse for errors', () => {
    const record = aRecord({
      okMs: [5],
      failedPerInterval: 5,
      interval: () => ({ health: { loopDelayMaxMs: 3_000 } }),
      objectives: objectives('error_ratio < 1%'),
    })
    assert.is(verdictOf(record).outcome, 'NO_GO')
  })

  test('is not hidden by agents that all wait for the target', () => {
    const record = aRecord({
      okMs: Array.from({ length: 50 }, () => 100),
      startDelayMs: 60,
      workload: { model: 'open' },
      interval: () => ({ backlog: 40, health: { loopDelayMaxMs: 300 } }),
      objectives: objectives('p99(response_time) < 50ms'),
    })
    assert.equal(codes(record).includes('GENERATOR_STARVED'), true)
    assert.is(verdictOf(record).outcome, 'INCONCLUSIVE')
  })

  test('in the interval in which the measured part begins counts, too', () => {
    const record = aRecord({
      okMs: FAST,
      interval: (i) => (i === 0 ? { phase: 'warm-up', endMs: 1_500, health: { loopDelayMaxMs: 900 } } : {}),
      objectives: objectives('p99(response_time) < 1s'),
    })
    const phases = [
      { name: 'warm-up', startMs: 0, endMs: 1_000, measured: false },
      { name: 'steady', startMs: 1_000, endMs: 20_000, measured: true },
    ]
    assert.ok(codes({ ...record, plan: { ...record.plan, phases } }).includes('GENERATOR_STALLED'))
  })
})
