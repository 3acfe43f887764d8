import * as assert from 'uvu/assert'
import { emptyBaseline, withRun } from '../../harness/analysis/comparison/baseline.ts'
import { judge } from '../../harness/analysis/judge.ts'
import { parseObjectives } from '../../harness/analysis/objective-grammar.ts'
import { runCharts } from '../../harness/charts/run-charts.ts'
import type { Baseline } from '../../harness/model/baseline.ts'
import type { Chart, HeatMapChart, LineChart, WaterfallChart } from '../../harness/model/chart.ts'
import type { RunRecord } from '../../harness/model/run-record.ts'
import { aRecord } from '../kit/builders.ts'
import { aLongRecord, aLongRun } from '../kit/long-record.ts'
import { aStepRecord } from '../kit/step-records.ts'
import { describe } from '../kit/suite.ts'
import { anInvalidRun } from '../kit/verdicts.ts'

const many = (times: number, ms: number) => Array.from({ length: times }, () => ms)

/** All charts of a record by id, and the ids of the two that come first. */
function charted(record: RunRecord, expects: readonly unknown[] = [], baseline: Baseline | null = null) {
  const { objectives } = parseObjectives(expects, 'objectives')
  const verdict = judge(record, { objectives, strict: false })
  const { first, others } = runCharts({ record, verdict, baseline })
  const byId = new Map([...first, ...others].map((chart) => [chart.id, chart]))
  return {
    first: first.map(({ id }) => id),
    ids: [...byId.keys()],
    lines: (id: string) => kindOf<LineChart>(byId.get(id), 'lines'),
    heatMap: (id: string) => kindOf<HeatMapChart>(byId.get(id), 'heat-map'),
    waterfall: (id: string) => kindOf<WaterfallChart>(byId.get(id), 'waterfall'),
  }
}

function kindOf<Kind extends Chart>(chart: Chart | undefined, kind: Kind['kind']): Kind {
  assert.is(chart?.kind, kind)
  return chart as Kind
}

const valuesOf = (chart: LineChart, label: string) =>
  chart.series.find((series) => series.label === label)?.values

/** Two steps; `ask` is slow in every other interval, and `pay` fails at times. */
function aTwoStepRecord(intervals = 4): RunRecord {
  return aStepRecord({
    intervals,
    steps: {
      ask: (i) => ({ okMs: i % 2 === 0 ? many(100, 20) : [...many(90, 20), ...many(10, 400)] }),
      pay: (i) => ({ okMs: many(45, 30), failed: i === 3 ? 5 : 0 }),
    },
    componentShares: { ask: { policy: 0.1, llm: 0.7 }, pay: { policy: 0.2 } },
    interval: (i) => ({
      startMs: i * 2000,
      endMs: (i + 1) * 2000,
      errors: i === 3 ? { status: 4, 'timeout-total': 1 } : {},
      components: { policy: { count: 150, sumUs: 450_000 }, llm: { count: 100, sumUs: 1_500_000 } },
      target: { cpuCores: 1 + i, rssBytes: 1e8 * (i + 1), cpuRatio: null, memoryRatio: null },
      startDelayP99Ms: i === 0 ? null : i,
      regions: { Europe: 6, Asia: 4 },
    }),
  })
}

describe('Charts of a run', (test) => {
  test('show response times by interval at the percentiles, with the bounds of the same step', () => {
    const { lines } = charted(aTwoStepRecord(40), [
      'p99(response_time{step=ask}) < 100ms',
      'max(response_time) < 1s',
    ])

    const chart = lines('latency-over-time-of-step')
    assert.equal(chart.x.slice(18, 22), [37, 39, 41, 43])
    assert.equal(valuesOf(chart, 'p50')?.slice(18, 22), [20.02, 20.02, 20.02, 20.02])
    assert.equal(valuesOf(chart, 'p99')?.slice(18, 22), [20.02, 400.1, 20.02, 400.1])
    assert.equal(chart.bounds, [
      { objective: 'p99-response_time-step-ask-lt-100ms', label: 'p99 <', value: 100 },
    ])
    assert.is(chart.title, 'Response time over time of step ask')
  })

  test('draw the percentile that an objective names although it is not among the usual', () => {
    const { lines } = charted(aTwoStepRecord(), ['p99.9(response_time) < 1s'])

    assert.equal(
      lines('latency-over-time').series.map(({ label }) => label),
      ['p50', 'p95', 'p99', 'p99.9'],
    )
  })

  test('count rates by the second, and nothing where load was over', () => {
    const record = aTwoStepRecord()

    const { lines } = charted({ ...record, loadMs: 6000 })

    assert.equal(valuesOf(lines('rate'), 'requests completed'), [72.5, 72.5, 72.5, null])
  })

  test('stack errors by kind, a second, the most frequent first', () => {
    const chart = charted(aTwoStepRecord()).lines('errors')

    assert.ok(chart.isStacked)
    assert.equal(
      chart.series.map(({ label, values }) => [label, ...values]),
      [
        ['status', 0, 0, 0, 2],
        ['timeout-total', 0, 0, 0, 0.5],
      ],
    )
  })

  test('show the share of each step that failed', () => {
    const chart = charted(aTwoStepRecord(), ['error_ratio < 1%']).lines('error-ratio')

    assert.equal(valuesOf(chart, 'pay'), [0, 0, 0, 0.1])
    assert.equal(valuesOf(chart, 'all steps'), [0, 0, 0, 0.03333])
    assert.equal(chart.bounds, [{ objective: 'error_ratio-lt-1pct', label: 'bound <', value: 0.01 }])
  })

  test('stack the mean time of each component over all answers', () => {
    const chart = charted(aTwoStepRecord()).lines('components')

    assert.equal(
      chart.series.map(({ label, values }) => [label, values[0], values[3]]),
      [
        ['llm', 10.34, 10],
        ['policy', 3.103, 3],
      ],
    )
  })

  test('show what target and generator used', () => {
    const { lines } = charted(aTwoStepRecord())

    assert.equal(valuesOf(lines('target-cpu'), 'target'), [1, 2, 3, 4])
    assert.equal(valuesOf(lines('target-memory'), 'target'), [1e8, 2e8, 3e8, 4e8])
    assert.equal(valuesOf(lines('start-delay'), 'p99'), [null, 1, 2, 3])
    assert.equal(valuesOf(lines('generator-loop'), 'loop busy'), [0.3, 0.3, 0.3, 0.3])
    assert.equal(valuesOf(lines('agents'), 'requests in flight'), [2, 2, 2, 2])
    assert.equal(valuesOf(lines('regions'), 'Europe'), [6, 6, 6, 6])
  })

  test('leave out what nobody measured', () => {
    const { ids } = charted(aRecord({ okMs: [20] }))

    for (const id of ['errors', 'error-ratio', 'components', 'component-waterfall', 'target-cpu', 'regions'])
      assert.not(ids.includes(id), id)
  })

  test('draw the spectrum of response and service time out to the slowest request', () => {
    const record = aRecord({ okMs: [...many(99, 10), 1000], intervals: 10 })

    const chart = charted(record).lines('spectrum')
    const at = (label: string, place: number) => valuesOf(chart, label)?.[chart.x.indexOf(place)]

    assert.is(at('response time', 1), 10.01)
    assert.is(at('response time', 2), 10.01)
    assert.is(at('service time', 2.0625), 1000)
    assert.is(valuesOf(chart, 'response time')?.at(-1), 1000)
    assert.ok(Math.abs((chart.x.at(-1) ?? 0) - Math.log10(2000)) < 1e-3)
  })

  test('put every ok answer into one cell of the heat map', () => {
    const chart = charted(aTwoStepRecord()).heatMap('heat-map')

    const sums = chart.counts.map((column) => column.reduce((sum, count) => sum + count, 0))
    assert.equal(sums, [145, 145, 145, 145])
    assert.equal(chart.xEdges, [0, 2, 4, 6, 8])
    const slow = chart.yEdges.findLastIndex((edge) => edge <= 400)
    assert.equal(
      chart.counts.map((column) => column[slow]),
      [0, 10, 0, 10],
    )
  })

  test('lay components one after another inside the mean service time, the rest last', () => {
    const { kinds, rows } = charted(aTwoStepRecord()).waterfall('component-waterfall')

    const [ask, pay] = rows
    assert.equal([ask?.label, pay?.label], ['ask', 'pay'])
    assert.equal(
      ask?.parts.map(({ kind, from, to }) => [kinds[kind]?.label, from, to]),
      [
        ['llm', 0, 27.3],
        ['policy', 27.3, 31.2],
        ['other, network', 31.2, 39],
      ],
    )
    assert.is(pay?.parts.at(-1)?.to, 29.22)
  })

  test('mark phases, breaches from firing until they are over, and the stop', () => {
    const { enforcement, ...record } = aLongRecord(1)
    const stop = { by: 'objective', objective: null, atMs: 3_000_000, reason: '' } as const
    const events = enforcement?.events ?? []

    const { lines } = charted({ ...record, enforcement: { events, stop, requirements: [], alerts: null } })

    assert.equal(
      lines('rate').marks.map(({ kind, x, toX }) => [kind, x, toX]),
      [
        ['phase', 0, 180],
        ['phase', 180, 3600],
        ['breach', 1821, 2200],
        ['stop', 3000, null],
      ],
    )
  })

  test('keep the size of a picture whatever the length of the run', () => {
    const sizes = [1, 24].map((hours) => {
      const run = aLongRun(hours)
      return JSON.stringify(runCharts({ ...run, baseline: null })).length
    })

    assert.ok(sizes.every((size) => size < 150_000))
  })
})

describe('A spectrum over its baseline', (test) => {
  const approved = { at: '', by: '', reason: '' }
  const runOf = (ms: number, number: number): RunRecord => ({
    ...aRecord({ okMs: many(100, ms) }),
    runId: `run-${number}`,
    startedAt: `2026-01-0${number}T00:00:00.000Z`,
  })
  const baselineOf = (...times: number[]) =>
    times.reduce(
      (baseline, ms, i) => withRun(baseline, runOf(ms, i + 1), 'GO', null, approved),
      emptyBaseline('main', runOf(1, 1)),
    )

  test('has a band from the lowest to the highest run, and says what that is worth', () => {
    const { lines } = charted(runOf(50, 9), [], baselineOf(10, 12, 20))

    const chart = lines('spectrum')
    assert.is(valuesOf(chart, 'baseline main, median')?.[0], 12.01)
    assert.equal([chart.bands[0]?.low[0], chart.bands[0]?.high[0]], [10.01, 20.02])
    assert.match(chart.note, 'lowest to the highest of 3 baseline runs')
    assert.match(chart.note, '50 % probability')
  })

  test('has no band when there is one run, and says why', () => {
    const chart = charted(runOf(50, 9), [], baselineOf(10)).lines('spectrum')

    assert.equal(chart.bands, [])
    assert.is(valuesOf(chart, 'baseline main')?.[0], 10.01)
    assert.match(chart.note, 'how far runs of it differ is not known')
  })
})

describe('The two charts that come first', (test) => {
  test('are latency and rate of a run that is GO', () => {
    assert.equal(charted(aRecord({ okMs: [20], intervals: 40 }), ['p95(response_time) < 1s']).first, [
      'latency-over-time',
      'rate',
    ])
  })

  test('show a slow step by its latency and its percentiles', () => {
    const { first } = charted(aTwoStepRecord(40), ['p99(response_time{step=ask}) < 100ms'])

    assert.equal(first, ['latency-over-time-of-step', 'spectrum-of-step'])
  })

  test('show errors by kind and by step', () => {
    const failing = aStepRecord({
      intervals: 40,
      steps: { ask: () => ({ okMs: many(90, 20), failed: 10 }) },
      interval: () => ({ errors: { status: 10 } }),
    })

    assert.equal(charted(failing, ['error_ratio < 1%']).first, ['errors', 'error-ratio'])
  })

  test('show the rate where throughput was missed, and memory where that was', () => {
    const record = aRecord({
      okMs: many(50, 20),
      intervals: 40,
      interval: () => ({ target: { cpuCores: 1, rssBytes: 4e8, cpuRatio: null, memoryRatio: null } }),
    })

    assert.is(charted(record, ['throughput > 500/s']).first[0], 'rate')
    assert.is(charted(record, ['target_memory < 100MB']).first[0], 'target-memory')
  })

  test('show the generator where it is why nothing can be said', () => {
    const { record, verdict } = anInvalidRun()

    const { first } = runCharts({ record, verdict, baseline: null })

    assert.is(verdict.outcome, 'INCONCLUSIVE')
    assert.equal(
      first.map(({ id }) => id),
      ['start-delay', 'generator-loop'],
    )
  })
})
