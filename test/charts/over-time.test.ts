import * as assert from 'uvu/assert'
import { parseObjectives } from '../../harness/analysis/objective-grammar.ts'
import { subjectBounds } from '../../harness/charts/bounds.ts'
import { liveSeries } from '../../harness/charts/live-series.ts'
import { overTimeCharts } from '../../harness/charts/over-time.ts'
import type { LineChart } from '../../harness/model/chart.ts'
import type { LivePlan } from '../../harness/model/live-view.ts'
import type { RunPoint } from '../../harness/model/run-point.ts'
import { aLiveView, aSeries } from '../kit/live-views.ts'
import { describe } from '../kit/suite.ts'

const view = aLiveView()
const liveCharts = (points: readonly RunPoint[], of = view) => overTimeCharts(liveSeries(points, of))
const chartOf = (charts: readonly LineChart[], id: string) => {
  const found = charts.find((chart) => chart.id === id)
  assert.ok(found, id)
  return found as LineChart
}
const withSeries = (of: (point: RunPoint, i: number) => Partial<RunPoint>) =>
  aSeries(5).map((point, i) => ({ ...point, ...of(point, i) }))

describe('Charts over time', (test) => {
  test('are none before there is a point', () => {
    assert.equal(liveCharts([], view), [])
  })

  test('have a value a point in every line, and units on every axis', () => {
    const points = withSeries((_, i) => ({ errorsPerSec: { status: i }, componentMs: { llm: i, policy: 2 } }))

    const charts = liveCharts(points, view)

    assert.equal(
      charts.map(({ id, yAxis }) => [id, yAxis.unit]),
      [
        ['latency-over-time', 'ms'],
        ['rate', '1/s'],
        ['errors', '1/s'],
        ['components', 'ms'],
        ['target-cpu', 'cores'],
        ['target-memory', 'bytes'],
        ['start-delay', 'ms'],
        ['agents', 'count'],
      ],
    )
    for (const { x, series, xAxis } of charts) {
      assert.equal([x, xAxis.unit], [[0.5, 1.5, 2.5, 3.5, 4.5], 's'])
      for (const { values } of series) assert.is(values.length, 5)
    }
  })

  test('leave out what nobody measured', () => {
    const points = withSeries(() => ({ target: null, startDelayP99Ms: null, activeAgents: null }))

    assert.equal(
      liveCharts(points, view).map(({ id }) => id),
      ['latency-over-time', 'rate'],
    )
  })

  test('leave a gap where a second had no request', () => {
    const points = withSeries((_, i) => ({ percentilesMs: { p99: i === 2 ? null : 7 } }))

    const p99 = chartOf(liveCharts(points, view), 'latency-over-time').series.find(
      ({ label }) => label === 'p99',
    )

    assert.equal(p99?.values, [7, 7, null, 7, 7])
  })

  test('draw a kind as nothing in seconds that did not have it', () => {
    const points = withSeries((_, i) => ({ errorsPerSec: i === 3 ? { timeout: 2 } : {} }))

    const { series } = chartOf(liveCharts(points, view), 'errors')

    assert.equal(
      series.map(({ label, values }) => [label, values]),
      [['timeout', [0, 0, 0, 2, 0]]],
    )
  })

  test('draw the seven kinds that happen most, and the others as one line', () => {
    const kinds = Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`kind ${i}`, i + 1]))

    const { series } = chartOf(
      liveCharts(
        withSeries(() => ({ errorsPerSec: kinds })),
        view,
      ),
      'errors',
    )

    assert.equal(
      series.map(({ label, colour }) => [label, colour]),
      [
        ['kind 8', 0],
        ['kind 7', 1],
        ['kind 6', 2],
        ['kind 5', 3],
        ['kind 4', 4],
        ['kind 3', 5],
        ['kind 2', 6],
        ['others', 'quiet'],
      ],
    )
    assert.is(series.at(-1)?.values[0], 1 + 2)
  })

  test('take names of kinds for what they are', () => {
    const hostile = JSON.parse('{"__proto__":3,"constructor":2,"<b>":1}') as Record<string, number>

    const { series } = chartOf(
      liveCharts(
        withSeries(() => ({ componentMs: hostile })),
        view,
      ),
      'components',
    )

    assert.equal(
      series.map(({ label, values }) => [label, values[0]]),
      [
        ['__proto__', 3],
        ['constructor', 2],
        ['<b>', 1],
      ],
    )
  })

  test('stack the components of an answer', () => {
    const points = withSeries(() => ({ componentMs: { llm: 20, policy: 5 } }))

    assert.ok(chartOf(liveCharts(points, view), 'components').isStacked)
  })

  test('show the bounds of what they show, of all steps alone', () => {
    const objectives = parseObjectives(
      [
        'p99(response_time) < 250ms',
        'p99(response_time{step=pay}) < 900ms',
        'error_ratio < 1%',
        { expect: 'p50(response_time) < 50ms', name: 'Median' },
      ],
      'objectives',
    ).objectives.filter(({ builtIn }) => !builtIn)

    const bounds = subjectBounds(objectives)
    const charts = liveCharts(aSeries(3), aLiveView({ bounds }))

    assert.equal(chartOf(charts, 'latency-over-time').bounds, [
      { objective: 'p99-response_time-lt-250ms', label: 'p99 <', value: 250 },
      { objective: 'Median', label: 'Median <', value: 50 },
    ])
    assert.equal(chartOf(charts, 'rate').bounds, [])
  })

  test('mark what happened', () => {
    const marks = [{ kind: 'breach', objective: 'p99', label: 'p99 < 1ms', x: 3, toX: 4 }] as const

    for (const chart of liveCharts(aSeries(5), aLiveView({ marks }))) assert.equal(chart.marks, marks)
  })

  test('have a logarithmic axis where the slow end would press the rest to the ground', () => {
    const slowest = (p99: number) => withSeries(() => ({ percentilesMs: { p50: 10, p99 } }))

    const isLog = [200, 400].map((p99) => chartOf(liveCharts(slowest(p99)), 'latency-over-time').yAxis.isLog)

    assert.equal(isLog, [false, true])
  })

  test('draw what was planned where journeys start by plan alone', () => {
    const labelsOf = (model: 'open' | 'closed') =>
      chartOf(
        liveCharts(aSeries(3), aLiveView({ plan: { ...(view.plan as LivePlan), model } })),
        'rate',
      ).series.map(({ label }) => label)

    assert.equal(labelsOf('closed'), ['requests completed', 'journeys started'])
    assert.equal(labelsOf('open'), ['requests completed', 'journeys started', 'journeys planned'])
  })
})
