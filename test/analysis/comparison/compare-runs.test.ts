import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { compareRuns, highestLevel } from '../../../harness/analysis/comparison/compare-runs.ts'
import type { ComparedRun, ComparisonInput } from '../../../harness/analysis/comparison/compared-run.ts'
import { DEFAULT_COMPARISON } from '../../../harness/analysis/comparison/comparison-settings.ts'
import { LEVELS } from '../../../harness/model/comparison.ts'
import type { RunSummary } from '../../../harness/model/run-summary.ts'
import { byHardName, HARD_NAMES } from '../../kit/hard-names.ts'
import { describe } from '../../kit/suite.ts'

const REQUESTS = 60_000
const W = 0.0002

/** A run whose latencies are `factor` times those of others, and whose rate is theirs divided by it. */
function aRun(id: string, factor: number, errors = 60, requests = REQUESTS): ComparedRun {
  const latency = (ms: number) => ({ y: Math.log(1_000 * ms * factor), w: W, designEffect: 2 })
  const summary: RunSummary = {
    requests,
    errors,
    seconds: 60,
    stalledIntervals: 0,
    metrics: {
      p50: latency(10),
      p95: latency(40),
      p99: latency(90),
      throughput: { y: -Math.log(1_000 / factor), w: 1 / requests, designEffect: 1 },
      error_ratio: {
        y: 2 * Math.asin(Math.sqrt((errors + 3 / 8) / (requests + 3 / 4))),
        w: 1 / requests,
        designEffect: 1,
      },
    },
  }
  return { id, session: id, summary, steps: {}, componentSumUs: {} }
}

const runs = (name: string, factors: readonly number[], errors?: number) =>
  factors.map((factor, i) => aRun(`${name}${i}`, factor, errors))
const pairsOf = (baseline: readonly number[], candidate: readonly number[]) =>
  baseline.map((factor, i) => ({
    baseline: aRun(`pb${i}`, factor),
    candidate: aRun(`pc${i}`, candidate[i] as number),
  }))

const QUIET = [1, 1.01, 0.99, 1.005, 0.995]
const compare = (changes: Partial<ComparisonInput>) =>
  compareRuns({
    name: 'main',
    baseline: runs('b', QUIET),
    candidate: runs('c', [1]),
    pairs: [],
    confirmation: 'pairs',
    ...changes,
  })
const stateOf = (changes: Partial<ComparisonInput>, metric = 'p99') =>
  compare(changes).checks.find((check) => check.metric === metric)?.state

describe('A candidate', (test) => {
  test('like its baseline is OK, and it is said what would have been seen', () => {
    const { level, needs, checks, reason } = compare({})
    assert.equal([level, needs, reason], ['ok', null, 'no sign of a regression'])
    assert.ok(checks.every(({ detectable }) => (detectable ?? 1) < 0.1))
  })

  test('ten per cent slower is suspect at first and regressed after three pairs', () => {
    const slow = runs('c', [1.1])
    const first = compare({ candidate: slow })
    assert.equal([first.level, first.needs], ['caution', { pairs: 1 }])
    const pairs = pairsOf([1, 1.02, 0.98], [1.11, 1.12, 1.08])
    const early = compare({ candidate: slow, pairs: pairs.slice(0, 2) })
    assert.equal([early.level, early.needs], ['caution', { pairs: 1 }])
    const last = compare({ candidate: slow, pairs })
    assert.equal([last.level, last.needs], ['no-go', null])
  })

  test('that was only unlucky goes free when the pairs do not show it again', () => {
    const found = compare({ candidate: runs('c', [1.07]), pairs: pairsOf([1], [0.95]) })
    assert.equal([found.level, found.needs], ['ok', null])
  })

  test('that stays above the margin for five pairs without proof is a caution, and that is the end', () => {
    const pairs = pairsOf([1, 1, 1, 1, 1], [1.3, 0.9, 1.2, 0.85, 1.15])
    const found = compare({ candidate: runs('c', [1.2]), pairs })
    assert.equal([found.level, found.needs], ['caution', null])
  })

  test('much faster is improved', () => {
    assert.is(stateOf({ candidate: runs('c', [0.7]) }), 'IMPROVED')
  })

  test('slower for certain, but by less than matters, drifts', () => {
    const alike = Array.from({ length: 10 }, (_, i) => 1 + 0.0001 * i)
    assert.is(
      stateOf(
        {
          baseline: runs('b', alike),
          candidate: runs(
            'c',
            alike.map((f) => f * 1.045),
          ),
          confirmation: 'none',
        },
        'throughput',
      ),
      'REGRESSED',
    )
    assert.is(
      stateOf(
        {
          baseline: runs('b', alike),
          candidate: runs(
            'c',
            alike.map((f) => f * 1.045),
          ),
          pairs: pairsOf(
            alike.slice(0, 5),
            alike.slice(0, 5).map((f) => f * 1.04),
          ),
        },
        'p95',
      ),
      'DRIFT',
    )
  })

  test('that stands still again and again regresses without being slower', () => {
    const stalling = (run: ComparedRun): ComparedRun => ({
      ...run,
      summary: { ...run.summary, stalledIntervals: 3 },
    })
    const candidate = runs('c', [1]).map(stalling)
    assert.equal([stateOf({ candidate }, 'stalls'), compare({ candidate }).needs], ['SUSPECT', { pairs: 1 }])
    const pairs = pairsOf([1, 1, 1], [1, 1, 1]).map((pair) => ({
      ...pair,
      candidate: stalling(pair.candidate),
    }))
    assert.is(stateOf({ candidate, pairs }, 'stalls'), 'REGRESSED')
    assert.match(compare({ candidate, pairs }).reason, /stalls \+3 intervals/)
    const once = pairsOf([1, 1, 1], [1, 1, 1])
    assert.is(stateOf({ candidate, pairs: once }, 'stalls'), undefined)
  })

  test('with more errors regresses without being slower', () => {
    const more = pairsOf([1, 1, 1], [1, 1, 1]).map(({ baseline, candidate }) => ({
      baseline,
      candidate: { ...candidate, summary: aRun('x', 1, 400).summary },
    }))
    assert.is(stateOf({ candidate: runs('c', [1], 400), pairs: more }, 'error_ratio'), 'REGRESSED')
  })
})

describe('Without a way to confirm', (test) => {
  const none = { confirmation: 'none' } as const

  test('a suspicion stays one', () => {
    assert.is(stateOf({ ...none, candidate: runs('c', [1.07]) }), 'SUSPECT')
    assert.is(compare({ ...none, candidate: runs('c', [1.07]) }).needs, null)
  })

  test('a change that no noise explains is called', () => {
    assert.is(stateOf({ ...none, candidate: runs('c', [1.5]) }), 'REGRESSED')
  })

  test('one stored run calls nothing but a huge change', () => {
    assert.is(stateOf({ ...none, baseline: runs('b', [1]), candidate: runs('c', [1.2]) }), 'SUSPECT')
    assert.is(stateOf({ ...none, baseline: runs('b', [1]), candidate: runs('c', [2.2]) }), 'REGRESSED')
  })

  test('four runs of the candidate count as one session', () => {
    const reruns = { confirmation: 'reruns' } as const
    assert.equal(compare({ ...reruns, candidate: runs('c', [1.1]) }).needs, { reruns: 1 })
    assert.is(stateOf({ ...reruns, candidate: runs('c', [1.1, 1.1, 1.1, 1.1]) }), 'SUSPECT')
    assert.is(stateOf({ ...reruns, candidate: runs('c', [1.3, 1.31, 1.29, 1.3]) }), 'REGRESSED')
  })
})

describe('Steps', (test) => {
  const withSteps = (run: ComparedRun, slow: string | null): ComparedRun => ({
    ...run,
    steps: Object.fromEntries(
      ['browse', 'buy', 'pay'].map((step) => [step, aRun('x', step === slow ? 1.4 : 1).summary]),
    ),
  })
  const baseline = runs('b', QUIET).map((run) => withSteps(run, null))
  const candidate = runs('c', [1]).map((run) => withSteps(run, 'pay'))

  test('that got slower are listed, and decide nothing by themselves', () => {
    const { level, checks, steps } = compare({ baseline, candidate })
    assert.equal([level, checks.length], ['ok', 5])
    assert.equal([...new Set(steps.map(({ step }) => step))], ['pay'])
    assert.ok(steps.every(({ change, pAdjusted }) => change > 0.3 && pAdjusted <= 0.05))
  })

  test('are gates when asked', () => {
    const input = { name: 'main', baseline, candidate, pairs: [], confirmation: 'pairs' } as const
    const { level, checks, reason } = compareRuns(input, { ...DEFAULT_COMPARISON, gateSteps: true })
    assert.equal([level, checks.length], ['caution', 5 + 3 * 3])
    assert.match(reason, /suspect: pay p50/)
  })

  test('are compared under any name that all runs have, and under no other', () => {
    const named = (run: ComparedRun, names: readonly string[]): ComparedRun => ({
      ...run,
      steps: Object.fromEntries(names.map((name) => [name, run.summary])),
      componentSumUs: byHardName(() => run.summary.metrics.p50?.y ?? 0),
    })
    const input = (names: readonly string[]): ComparisonInput => ({
      name: 'main',
      baseline: runs('b', QUIET).map((run) => named(run, HARD_NAMES)),
      candidate: runs('c', [1.6]).map((run) => named(run, names)),
      pairs: [],
      confirmation: 'pairs',
    })

    const all = compareRuns(input(HARD_NAMES))
    const none = compareRuns(input(['other']))

    assert.equal([...new Set(all.steps.map(({ step }) => step))].sort(), [...HARD_NAMES])
    assert.equal(all.components.map(({ component }) => component).sort(), [...HARD_NAMES])
    assert.equal(none.steps, [])
  })
})

describe('What cannot be compared', (test) => {
  test('has no baseline: a caution, not a pass', () => {
    const { level, checks } = compare({ baseline: [] })
    assert.is(level, 'caution')
    assert.ok(checks.every(({ state }) => state === 'NO-BASELINE'))
  })

  test('has no requests: invalid, never GO', () => {
    const silent = {
      ...aRun('c0', 1),
      summary: { requests: 0, errors: 0, seconds: 60, stalledIntervals: 0, metrics: {} },
    }
    assert.is(compare({ candidate: [silent] }).level, 'invalid')
  })

  test('has no gate: invalid, never GO', () => {
    assert.is(highestLevel([]), 'invalid')
  })

  test('is too noisy to see a change that matters: blind', () => {
    assert.is(stateOf({ baseline: runs('b', [0.6, 1.5, 0.7, 1.6, 1]), confirmation: 'none' }), 'BLIND')
  })
})

describe('The laws of comparison', (test) => {
  const level = fc.constantFrom(...LEVELS)
  const factor = fc.double({ min: 0.7, max: 1.5, noNaN: true })
  const some = fc.array(factor, { minLength: 1, maxLength: 8 })
  const input = fc
    .record({
      baseline: some,
      candidate: fc.array(factor, { minLength: 1, maxLength: 4 }),
      pairs: fc.array(fc.tuple(factor, factor), { maxLength: 5 }),
    })
    .map(
      ({ baseline, candidate, pairs }): ComparisonInput => ({
        name: 'main',
        baseline: runs('b', baseline),
        candidate: runs('c', candidate),
        pairs: pairsOf(
          pairs.map(([a]) => a),
          pairs.map(([, b]) => b),
        ),
        confirmation: 'pairs',
      }),
    )

  test('the maximum of levels is associative, commutative and idempotent, and no further check improves it', () => {
    fc.assert(
      fc.property(level, level, level, (a, b, c) => {
        assert.is(highestLevel([highestLevel([a, b]), c]), highestLevel([a, highestLevel([b, c])]))
        assert.is(highestLevel([a, b]), highestLevel([b, a]))
        assert.is(highestLevel([a, a]), a)
        assert.ok(LEVELS.indexOf(highestLevel([a, b])) >= LEVELS.indexOf(a))
      }),
    )
  })

  test('the order of runs changes no bit', () => {
    fc.assert(
      fc.property(input, fc.nat(), (given, turn) => {
        const turned = <T>(items: readonly T[]) =>
          [...items.slice(turn % items.length), ...items.slice(0, turn % items.length)].reverse()
        const other = {
          ...given,
          baseline: turned(given.baseline),
          candidate: turned(given.candidate),
          pairs: given.pairs.length === 0 ? [] : turned(given.pairs),
        }
        assert.is(JSON.stringify(compareRuns(other)), JSON.stringify(compareRuns(given)))
      }),
    )
  })

  test('one constant on all latencies changes no state', () => {
    const scaled = (run: ComparedRun, ln: number): ComparedRun => {
      const { p50, p95, p99, ...rest } = run.summary.metrics
      const shift = (figures: typeof p50) => (figures === undefined ? {} : { ...figures, y: figures.y + ln })
      return {
        ...run,
        summary: {
          ...run.summary,
          metrics: { ...rest, p50: shift(p50), p95: shift(p95), p99: shift(p99) } as RunSummary['metrics'],
        },
      }
    }
    fc.assert(
      fc.property(input, fc.constantFrom(-3, -1, 2), (given, ln) => {
        const all = {
          ...given,
          baseline: given.baseline.map((run) => scaled(run, ln)),
          candidate: given.candidate.map((run) => scaled(run, ln)),
          pairs: given.pairs.map((pair) => ({
            baseline: scaled(pair.baseline, ln),
            candidate: scaled(pair.candidate, ln),
          })),
        }
        const states = (of: ComparisonInput) => compareRuns(of).checks.map(({ state }) => state)
        assert.equal(states(all), states(given))
      }),
    )
  })

  test('baseline and candidate in each other’s place never both regress', () => {
    fc.assert(
      fc.property(input, (given) => {
        const swapped = {
          ...given,
          baseline: given.candidate,
          candidate: given.baseline,
          pairs: given.pairs.map(({ baseline, candidate }) => ({ baseline: candidate, candidate: baseline })),
        }
        const regressed = (of: ComparisonInput) =>
          compareRuns(of)
            .checks.filter(({ state }) => state === 'REGRESSED')
            .map(({ metric }) => metric)
        const both = regressed(given).filter((metric) => regressed(swapped).includes(metric))
        assert.equal(both, [])
      }),
    )
  })
})
