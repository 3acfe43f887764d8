import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { compareRuns, highestLevel } from '../../../harness/analysis/comparison/compare-runs.ts'
import type { ComparedRun, ComparisonInput } from '../../../harness/analysis/comparison/compared-run.ts'
import { holm } from '../../../harness/analysis/comparison/multiple-tests.ts'
import { summarizeRun } from '../../../harness/analysis/comparison/summarize-run.ts'
import { LEVELS } from '../../../harness/model/comparison.ts'
import type { RunSummary } from '../../../harness/model/run-summary.ts'
import { byHardName, HARD_NAMES } from '../../kit/hard-names.ts'
import { describe } from '../../kit/suite.ts'

const REQUESTS = 60_000
const W = 0.0002

/** A run whose latencies are `factor` times those of others, and whose rate is theirs divided by it. */
function aRun(id: string, factor: number, errors = 60, requests = REQUESTS): ComparedRun {
  const latency = (ms: number) => ({
    y: Math.log(1_000 * ms * factor),
    w: W,
    count: requests,
    designEffect: 2,
  })
  const summary: RunSummary = {
    requests,
    errors,
    seconds: 60,
    stalledIntervals: 0,
    serviceTime: {},
    metrics: {
      p50: latency(10),
      p95: latency(40),
      p99: latency(90),
      throughput: { y: -Math.log(1_000 / factor), w: 1 / requests, count: requests, designEffect: 1 },
      error_ratio: {
        y: 2 * Math.asin(Math.sqrt((errors + 3 / 8) / (requests + 3 / 4))),
        w: 1 / requests,
        count: requests,
        designEffect: 1,
      },
    },
  }
  return { id, session: id, summary, steps: {}, componentSumUs: {}, trust: 'all' }
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
    const pairs = pairsOf([1, 1, 1, 1, 1], [1.22, 0.92, 1.18, 0.9, 1.08])
    const found = compare({ candidate: runs('c', [1.1]), pairs })
    assert.equal([found.level, found.needs], ['caution', null])
  })

  test('that stays above twice the margin without proof is not settled', () => {
    const pairs = pairsOf([1, 1, 1, 1, 1], [1.5, 0.9, 1.4, 0.85, 1.3])
    const found = compare({ candidate: runs('c', [1.2]), pairs })
    assert.equal([found.level, found.needs], ['invalid', null])
    const open = compare({ candidate: runs('c', [1.2]), pairs: pairs.slice(0, 2) })
    assert.equal([open.level, open.needs], ['caution', { pairs: 1 }])
  })

  for (const [baseline, factor] of [
    [[1], 1.5],
    [QUIET.slice(0, 3), 1.4],
    [QUIET, 1.4],
  ] as const)
    test(`beyond any noise of ${baseline.length} stored runs is called without pairs, if its run can be believed`, () => {
      const input = { baseline: runs('b', baseline), candidate: runs('c', [factor]) }
      const found = compare(input)
      assert.equal([found.level, found.needs], ['no-go', null])
      assert.match(found.reason, /^regressed: p50 /)
      for (const trust of ['service_time', 'none'] as const) {
        const doubtful = compare({
          ...input,
          candidate: input.candidate.map((run) => ({ ...run, trust })),
        })
        assert.equal([doubtful.level, doubtful.needs, doubtful.believed], ['caution', { pairs: 1 }, false])
      }
      assert.equal(compare({ ...input, candidate: runs('c', [1.09]) }).needs, { pairs: 1 })
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
    const { needs, checks } = compare({ ...none, candidate: runs('c', [1.07]) })
    assert.equal([needs, checks.find(({ metric }) => metric === 'p99')?.level], [null, 'caution'])
  })

  test('a suspicion beyond twice the margin passes nothing', () => {
    const baseline = runs('b', [1])
    assert.is(stateOf({ ...none, baseline, candidate: runs('c', [1.15]) }), 'SUSPECT')
    assert.is(compare({ ...none, baseline, candidate: runs('c', [1.15]) }).level, 'invalid')
  })

  test('a change that no noise explains is called', () => {
    assert.is(stateOf({ ...none, candidate: runs('c', [1.5]) }), 'REGRESSED')
  })

  test('one stored run calls nothing but a huge change', () => {
    assert.is(stateOf({ ...none, baseline: runs('b', [1]), candidate: runs('c', [1.2]) }), 'SUSPECT')
    assert.is(stateOf({ ...none, baseline: runs('b', [1]), candidate: runs('c', [2.2]) }), 'REGRESSED')
  })

  test('a huge change needs no rerun, and no rerun undoes it', () => {
    for (const baseline of [runs('b', [1]), runs('b', [1, 1.01, 0.99, 1, 1.02])]) {
      const { level, needs } = compare({ confirmation: 'reruns', baseline, candidate: runs('c', [3]) })
      assert.equal([level, needs], ['no-go', null])
      const rerun = runs('c', [3, 3, 3, 3])
      assert.is(compare({ confirmation: 'reruns', baseline, candidate: rerun }).level, 'no-go')
    }
  })

  test('four runs of the candidate count as one session', () => {
    const reruns = { confirmation: 'reruns' } as const
    assert.equal(compare({ ...reruns, candidate: runs('c', [1.1]) }).needs, { reruns: 1 })
    assert.is(stateOf({ ...reruns, candidate: runs('c', [1.1, 1.1, 1.1, 1.1]) }), 'SUSPECT')
    assert.is(stateOf({ ...reruns, candidate: runs('c', [1.3, 1.31, 1.29, 1.3]) }), 'REGRESSED')
    // Repeating what one session shows makes it no more overwhelming.
    const few = { ...reruns, baseline: runs('b', [1]), candidate: runs('c', [1.2, 1.2, 1.2, 1.2]) }
    assert.equal([stateOf(few), compare(few).needs], ['SUSPECT', null])
  })
})

describe('Steps', (test) => {
  const STEPS = ['browse', 'buy', 'pay']
  const withSteps = (
    run: ComparedRun,
    changes: Record<string, Partial<{ factor: number; requests: number }>>,
  ): ComparedRun => ({
    ...run,
    steps: Object.fromEntries(
      STEPS.map((step) => {
        const { factor = 1, requests = REQUESTS / 3 } = changes[step] ?? {}
        return [step, aRun('x', factor, 60, requests).summary]
      }),
    ),
  })
  const baseline = runs('b', QUIET).map((run) => withSteps(run, {}))
  const candidateOf = (changes: Parameters<typeof withSteps>[1]) =>
    runs('c', [1]).map((run) => withSteps(run, changes))

  test('are gates: one that got slower is suspect while the whole run is quiet, and is listed', () => {
    const found = compare({ baseline, candidate: candidateOf({ pay: { factor: 1.2 } }) })
    assert.equal([found.level, found.needs, found.checks.length], ['caution', { pairs: 1 }, 5 + 3 * 3])
    assert.equal(
      found.checks
        .filter(({ state }) => state !== 'OK')
        .map(({ step, metric, state }) => [step, metric, state]),
      ['p50', 'p95', 'p99'].map((metric) => ['pay', metric, 'SUSPECT']),
    )
    assert.equal([...new Set(found.steps.map(({ step }) => step))], ['pay'])
  })

  test('that are much slower are called at once, each by its name', () => {
    const slow = { pay: { factor: 2.2 }, buy: { factor: 2.2 } }
    const { level, reason } = compare({ baseline, candidate: candidateOf(slow) })
    assert.is(level, 'no-go')
    assert.match(reason, /^regressed: buy p50 \+120\.0 %.* pay p50 \+120\.0 %/)
  })

  test('share one family with the whole run', () => {
    const { checks } = compare({ baseline, candidate: candidateOf({ pay: { factor: 1.2 } }) })
    assert.equal(
      checks.map(({ pAdjusted }) => pAdjusted),
      holm(checks.map(({ test: result }) => result?.p ?? Number.NaN)),
    )
  })

  test('with few requests are left out with a note, and never a reason', () => {
    const few = { pay: { factor: 3, requests: 6 }, buy: { requests: 900 } }
    const { level, checks, reason, notes } = compare({ baseline, candidate: candidateOf(few) })
    assert.equal([level, reason], ['ok', 'no sign of a regression'])
    assert.equal(
      checks.filter(({ step }) => step !== null).map(({ step, metric }) => `${step} ${metric}`),
      ['browse p50', 'browse p95', 'browse p99', 'buy p50', 'buy p95'],
    )
    assert.equal(notes, [
      'too few independent requests to compare: p99 of buy (900 requests); pay (6 requests)',
    ])
  })

  test('are no gates in a run of one step, because that step is the run', () => {
    const only = (run: ComparedRun): ComparedRun => ({ ...run, steps: { browse: run.summary } })
    const found = compare({ baseline: runs('b', QUIET).map(only), candidate: runs('c', [1]).map(only) })
    assert.equal([found.checks.length, found.notes], [5, []])
    const slower = compare({ baseline: runs('b', QUIET).map(only), candidate: runs('c', [3]).map(only) })
    assert.equal([slower.level, slower.steps], ['no-go', []])
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
      summary: { requests: 0, errors: 0, seconds: 60, stalledIntervals: 0, metrics: {}, serviceTime: {} },
    }
    assert.is(compare({ candidate: [silent] }).level, 'invalid')
  })

  test('has no gate: invalid, never GO', () => {
    assert.is(highestLevel([]), 'invalid')
  })

  test('is too noisy to see a change that matters: blind, and invalid when half as slow again went unseen', () => {
    const noisy = (factors: readonly number[]) =>
      compare({ baseline: runs('b', factors), candidate: runs('c', [1]), confirmation: 'none' })
    const [some, much] = [noisy([0.88, 1.12, 0.87, 1.13, 1]), noisy([0.6, 1.5, 0.7, 1.6, 1])]
    const seen = ({ checks }: typeof some) => {
      const check = checks.find(({ metric }) => metric === 'p99')
      return [check?.state, check?.level, (check?.detectable ?? 0) > 0.5]
    }
    assert.equal(
      [seen(some), seen(much)],
      [
        ['BLIND', 'caution', false],
        ['BLIND', 'invalid', true],
      ],
    )
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

describe('The time that is compared', (test) => {
  const served = (run: ComparedRun, factor: number): ComparedRun => {
    const { p50, p95, p99 } = aRun('x', factor).summary.metrics
    return {
      ...run,
      summary: { ...run.summary, serviceTime: { p50, p95, p99 } as RunSummary['serviceTime'] },
    }
  }
  const baseline = runs('b', QUIET).map((run) => served(run, 1))
  const p50Of = (changes: Partial<ComparisonInput>) => {
    const { checks, ...found } = compare({ baseline, ...changes })
    const check = checks.find(({ metric }) => metric === 'p50')
    return {
      ...found,
      time: check?.time,
      state: check?.state,
      change: check?.change,
      served: check?.serviceChange,
    }
  }
  const near = (actual: number | null | undefined, expected: number) =>
    assert.ok(Math.abs((actual ?? Number.NaN) - expected) < 0.02, `${actual} is not near ${expected}`)

  test('is response time, with the change of service time beside it', () => {
    const {
      time,
      state,
      change,
      served: beside,
    } = p50Of({
      candidate: runs('c', [1.2]).map((run) => served(run, 1)),
    })
    assert.equal([time, state], ['response_time', 'SUSPECT'])
    near(change, 0.2)
    near(beside, 0)
  })

  test('is service time in every run when one was late to send', () => {
    const late = (run: ComparedRun): ComparedRun => ({ ...run, trust: 'service_time' })
    const free = p50Of({ candidate: runs('c', [1.8]).map((run) => late(served(run, 1))) })
    assert.equal([free.time, free.state, free.believed], ['service_time', 'OK', false])
    const slow = p50Of({ candidate: runs('c', [1.8]).map((run) => late(served(run, 1.8))) })
    assert.equal([slow.time, slow.state, slow.needs], ['service_time', 'SUSPECT', { pairs: 1 }])
  })

  test('decides in pairs whose members were late alike', () => {
    const late = (run: ComparedRun, factor: number): ComparedRun => ({
      ...served(run, factor),
      trust: 'service_time',
    })
    const pairs = pairsOf([1.7, 2, 1.8], [1.9, 1.7, 2.2]).map((pair) => ({
      baseline: late(pair.baseline, 1),
      candidate: late(pair.candidate, 1.5),
    }))
    const found = p50Of({ candidate: [], pairs })
    assert.equal([found.time, found.state, found.believed], ['service_time', 'REGRESSED', true])
    near(found.change, 0.5)
  })

  test('stays response time where a run has no service times', () => {
    const candidate = runs('c', [1]).map((run): ComparedRun => ({ ...run, trust: 'service_time' }))
    assert.equal([p50Of({ candidate }).time, p50Of({ candidate }).served], ['response_time', null])
  })
})

describe('An outage of the candidate', (test) => {
  const second = (requests: number, errors: number, us: number) => ({
    requests,
    errors,
    values: requests === errors ? [] : [us, requests - errors],
  })
  const runOf = (id: string, errors: number, us: number): ComparedRun => ({
    id,
    session: id,
    summary: summarizeRun(
      Array.from({ length: 60 }, () => second(1_000, errors, us)),
      60,
    ),
    steps: {},
    componentSumUs: {},
    trust: 'all',
  })
  const before = ['a', 'b', 'c'].map((id, i) => runOf(id, 0, 20_000 + 100 * i))

  for (const errors of [1_000, 950]) {
    test(`of ${errors} of 1,000 requests is no improvement, however fast the errors were`, () => {
      const { checks, level } = compareRuns({
        name: 'main',
        baseline: before,
        candidate: [runOf('now', errors, 1_000)],
        pairs: [],
        confirmation: 'none',
      })
      assert.is(level, 'no-go')
      assert.equal(
        checks.map(({ metric, state }) => [metric, state]).filter(([, state]) => state === 'IMPROVED'),
        [],
      )
      assert.ok(checks.every(({ metric, state }) => metric !== 'p50' || state === 'INVALID'))
    })
  }
})
