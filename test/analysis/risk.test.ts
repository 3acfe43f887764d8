import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { emptyComparison } from '../../harness/analysis/comparison/compare-runs.ts'
import { intervalViews } from '../../harness/analysis/interval-view.ts'
import { judge } from '../../harness/analysis/judge.ts'
import { parseObjectives } from '../../harness/analysis/objective-grammar.ts'
import { isOutage } from '../../harness/analysis/outage.ts'
import { RecordView } from '../../harness/analysis/record-view.ts'
import { inOrder } from '../../harness/analysis/risk.ts'
import type { Comparison } from '../../harness/model/comparison.ts'
import type { RunRecord } from '../../harness/model/run-record.ts'
import { PRIORITIES, type Risk, riskSchema } from '../../harness/model/verdict.ts'
import { aDemand } from '../kit/demands.ts'
import { aStepRecord, type StepRecordShape } from '../kit/step-records.ts'
import { describe } from '../kit/suite.ts'

const many = (times: number, ms: number) => Array.from({ length: times }, () => ms)

const STRIDE = 7

/** Slow in so many of twenty seconds, here and there: a single stretch would be worth one observation. */
const isSlow = (seconds: number) => (i: number) => (i * STRIDE) % 20 < seconds

const slowFor = (seconds: number, changes: Partial<StepRecordShape> = {}): RunRecord =>
  aStepRecord({
    intervals: 20,
    steps: { ask: (i) => ({ okMs: many(1000, isSlow(seconds)(i) ? 300 : 10) }) },
    componentShares: { ask: { llm: 0.83 } },
    ...changes,
  })

function risksOf(record: RunRecord, ...inputs: readonly unknown[]): Risk[] {
  const { objectives, problems } = parseObjectives(inputs, 'objectives')
  assert.equal(problems, [])
  return judge(record, { objectives, strict: false }).risks
}

describe('The risk of a missed objective', (test) => {
  test('is how much of the run it was breached, times its impact', () => {
    const [risk] = risksOf(slowFor(5), { expect: 'p99(response_time) < 100ms', impact: 8 })
    assert.equal([risk?.probability, risk?.impact, risk?.exposure, risk?.priority], [0.25, 8, 2, 'low'])
  })

  test('has the impact of its severity unless the objective says', () => {
    const impacts = ['info', 'warning', 'major', 'critical'].map(
      (severity) => risksOf(slowFor(20), { expect: 'p99(response_time) < 100ms', severity })[0]?.impact,
    )
    assert.equal(impacts, [1, 3, 6, 9])
  })

  test('is critical from 7, high from 5, medium from 3', () => {
    const priorities = [7, 6.9, 5, 4.9, 3, 2.9, 0].map(
      (impact) => risksOf(slowFor(20), { expect: 'p99(response_time) < 100ms', impact })[0]?.priority,
    )
    assert.equal(priorities, ['critical', 'high', 'high', 'medium', 'medium', 'low', 'low'])
  })

  test('counts the seconds in which a value by itself was beyond its bound', () => {
    const record = slowFor(0, { interval: (i) => ({ backlog: i < 4 ? 50 : 0 }) })
    assert.is(risksOf(record, 'backlog < 10')[0]?.probability, 0.2)
    assert.is(risksOf(slowFor(5), 'max(response_time) < 100ms')[0]?.probability, 0.25)
  })

  test('is certain where seconds cannot tell', () => {
    for (const expect of ['p99(service_time) < 100ms', 'count(requests) < 10', 'slope(backlog) < 1'])
      for (const { probability } of risksOf(slowFor(5, { interval: (i) => ({ backlog: i * 100 }) }), expect))
        assert.is(probability, 1, expect)
  })

  test('leaves out seconds without requests', () => {
    const record = aStepRecord({
      intervals: 20,
      steps: { ask: (i) => ({ okMs: i < 10 ? [] : many(1000, i % 2 === 0 ? 10 : 300) }) },
    })
    assert.is(risksOf(record, 'p99(response_time) < 100ms')[0]?.probability, 0.5)
  })

  test('names what was at its limit while it was breached, not before or after', () => {
    const used = (isBusy: (i: number) => boolean) => (i: number) => ({
      target: { cpuCores: 2, rssBytes: 1, cpuRatio: isBusy(i) ? 0.97 : 0.2, memoryRatio: null },
    })
    const during = risksOf(slowFor(5, { interval: used(isSlow(5)) }), 'p99(response_time) < 100ms')[0]
    assert.is(during?.resource, 'target CPU')
    assert.is(
      during?.recommendation,
      "look at component 'llm' of step 'ask' first: it took 83 % of the service time; the target CPU was at its limit (97 %)",
    )
    const outside = risksOf(
      slowFor(5, { interval: used((i) => !isSlow(5)(i)) }),
      'p99(response_time) < 100ms',
    )[0]
    assert.is(outside?.resource, null)
  })

  test('carries who answers for it and what to do', () => {
    const [risk] = risksOf(slowFor(20), {
      expect: 'p99(response_time) < 100ms',
      owner: 'team-ai',
      runbook: 'https://runbooks/llm',
      severity: 'critical',
      benefit: 40_000,
      cost: 10_000,
    })
    assert.equal(
      [risk?.owner, risk?.runbook, risk?.severity, risk?.roi, risk?.step, risk?.component],
      ['team-ai', 'https://runbooks/llm', 'critical', 3, 'ask', 'llm'],
    )
  })

  test('is none of an objective that was met, unproven or not measured', () => {
    assert.equal(risksOf(slowFor(0), 'p99(response_time) < 100ms', 'max(target_cpu) < 2'), [])
  })
})

describe('The risk of a regression', (test) => {
  const { checks, ...empty } = emptyComparison('main', 'no-go', 'worse', [])
  const check: Comparison['checks'][number] = {
    step: 'ask',
    metric: 'p99',
    time: 'response_time',
    state: 'REGRESSED',
    level: 'no-go',
    test: null,
    pAdjusted: 0.001,
    pairs: null,
    delta: 0.1,
    change: 0.4,
    serviceChange: null,
    detectable: 0.1,
    baselineCount: 5,
    candidateCount: 5,
    excluded: [],
  }
  const components = [{ component: 'llm', baselineUs: 1000, candidateUs: 2000, share: 0.9 }]
  const risksAgainst = (comparison: Comparison) => judge(slowFor(0), { comparison, strict: false }).risks

  test('is certain, critical, and put down to the component that got slower', () => {
    const [risk, ...rest] = risksAgainst({ ...empty, checks: [...checks, check], components })
    assert.equal(rest, [])
    assert.equal(
      [risk?.expect, risk?.exposure, risk?.priority, risk?.step, risk?.component],
      ['p99{step=ask} no worse than main', 9, 'critical', 'ask', 'llm'],
    )
    assert.is(
      risk?.recommendation,
      "look at component 'llm' of step 'ask' first: it makes up 90 % of the time that was added",
    )
  })

  test('blames no component for errors, and is none unless it is confirmed', () => {
    const [risk] = risksAgainst({
      ...empty,
      checks: [{ ...check, metric: 'error_ratio', step: null }],
      components,
    })
    assert.equal([risk?.component, risk?.recommendation], [null, 'look at what changed since main first'])
    assert.equal(risksAgainst({ ...empty, checks: [{ ...check, state: 'SUSPECT' }], components }), [])
  })
})

describe('The order of risks', (test) => {
  const aRisk = (changes: Partial<Risk>): Risk => ({
    ...aDemand('error_ratio < 1%'),
    exposure: 6,
    probability: 1,
    impact: 6,
    priority: 'high',
    roi: null,
    recommendation: 'look',
    step: null,
    component: null,
    resource: null,
    owner: null,
    runbook: null,
    severity: 'major',
    ...changes,
  })
  const order = (...risks: readonly Partial<Risk>[]) => inOrder(risks.map(aRisk)).map(({ expect }) => expect)

  test('is by exposure, with a bonus of 2 for what pays', () => {
    const pays = { expect: 'pays', exposure: 4.5, roi: 0.1 }
    assert.equal(order({ expect: 'a', exposure: 6 }, pays, { expect: 'b', exposure: 6.6 }), [
      'b',
      'pays',
      'a',
    ])
    assert.equal(order({ expect: 'a', exposure: 4 }, { ...pays, exposure: 2 }), ['a', 'pays'])
    assert.equal(order({ expect: 'a' }, { ...pays, exposure: 5, roi: 0 }), ['a', 'pays'])
    assert.equal(order({ expect: 'a' }, { ...pays, exposure: 5, roi: -1 }), ['a', 'pays'])
  })

  const risk = fc
    .record({
      expect: fc.constantFrom('a', 'b', 'c'),
      exposure: fc.integer({ min: 0, max: 10 }),
      roi: fc.constantFrom(null, -1, 0, 2),
      recommendation: fc.string(),
    })
    .map(aRisk)
  const rank = ({ exposure, roi }: Risk) => exposure + ((roi ?? 0) > 0 ? 2 : 0)

  test('is total, and keeps what is alike as it was', () => {
    fc.assert(
      fc.property(fc.array(risk), (risks) => {
        const ordered = inOrder(risks)
        assert.equal(inOrder(ordered), ordered)
        assert.is(new Set([...ordered, ...risks]).size, risks.length)
        ordered.slice(1).forEach((later, i) => {
          const before = ordered[i] as Risk
          assert.ok(rank(before) >= rank(later))
          if (rank(before) !== rank(later)) return
          assert.ok(before.expect <= later.expect)
          if (before.expect === later.expect) assert.ok(risks.indexOf(before) < risks.indexOf(later))
        })
      }),
    )
  })

  test('does not depend on the order in which objectives were written', () => {
    const inputs = ['p99(response_time) < 100ms', 'p90(response_time) < 100ms', 'max(response_time) < 200ms']
    const record = slowFor(12)
    assert.equal(risksOf(record, ...inputs), risksOf(record, ...[...inputs].reverse()))
  })

  test('is of exposures from 0 to 10, whatever was breached how long', () => {
    const severity = fc.constantFrom('info', 'warning', 'major', 'critical')
    const impact = fc.option(fc.double({ min: 0, max: 10, noNaN: true }), { nil: undefined })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), severity, impact, (seconds, how, given) => {
        const [found] = risksOf(slowFor(seconds), {
          expect: 'max(response_time) < 100ms',
          severity: how,
          impact: given,
        })
        riskSchema.parse(found)
        const { exposure = -1, probability = -1, priority = 'none' } = found ?? {}
        assert.ok(exposure >= 0 && exposure <= 10 && probability > 0 && probability <= 1)
        assert.ok((PRIORITIES as readonly string[]).includes(priority))
      }),
      { numRuns: 30 },
    )
  })
})

describe('What mending a miss is worth', (test) => {
  test('needs both benefit and cost', () => {
    const problemOf = (settings: object) =>
      parseObjectives([{ expect: 'error_ratio < 1%', ...settings }], 'objectives').problems[0]
    assert.match(problemOf({ benefit: 10 })?.message ?? '', "'benefit' says nothing without 'cost'")
    assert.match(problemOf({ cost: 10 })?.message ?? '', "'cost' says nothing without 'benefit'")
    assert.is(problemOf({ cost: 10 })?.path, 'objectives[0]')
    assert.is(problemOf({ benefit: 10, cost: 5 }), undefined)
  })
})

describe('The risk of a total outage', (test) => {
  /** Killed after so many seconds of twenty: every request fails at once. */
  const killedAfter = (seconds: number) =>
    aStepRecord({
      intervals: 20,
      steps: {
        ask: (i) => (i < seconds ? { okMs: many(50, 10) } : { okMs: [], failed: 200 }),
      },
    })

  const isOut = (record: RunRecord) => {
    const view = new RecordView(record)
    return isOutage(view, intervalViews(view, []), undefined)
  }

  test('is critical, although it is not the whole run', () => {
    const [risk] = risksOf(killedAfter(4), 'error_ratio <= 1%')
    assert.equal([risk?.priority, risk?.exposure, risk?.probability], ['critical', 9, 0.8])
  })

  test('is seen however late in the run it began, and not in a few bad requests in a row', () => {
    assert.equal(
      [4, 12, 18, 19, 20].map((seconds) => isOut(killedAfter(seconds))),
      [true, true, true, true, false],
    )
    const once = (failed: number, seconds: number) =>
      aStepRecord({
        intervals: 20,
        steps: { ask: (i) => (i >= 3 && i < 3 + seconds ? { okMs: [], failed } : { okMs: many(20, 10) }) },
      })
    assert.equal([isOut(once(9, 1)), isOut(once(100, 1)), isOut(once(100, 2))], [false, false, true])
  })
})
