import * as assert from 'uvu/assert'
import { liveCharts } from '../../harness/charts/live-charts.ts'
import type { LineChart } from '../../harness/model/chart.ts'
import type { LivePoint } from '../../harness/model/live-view.ts'
import { aLamp, aLiveView, anEvent, aSeries } from '../kit/live-views.ts'
import { describe } from '../kit/suite.ts'

const view = aLiveView()
const chartOf = (charts: readonly LineChart[], id: string) => {
  const found = charts.find((chart) => chart.id === `live-${id}`)
  assert.ok(found, id)
  return found as LineChart
}
const withSeries = (of: (point: LivePoint, i: number) => Partial<LivePoint>) =>
  aSeries(5).map((point, i) => ({ ...point, ...of(point, i) }))

describe('The charts of a live run', (test) => {
  test('are none before there is a point', () => {
    assert.equal(liveCharts([], view), [])
  })

  test('have a value a point in every line, and units on every axis', () => {
    const points = withSeries((_, i) => ({ errorsPerSec: { status: i }, componentMs: { llm: i, policy: 2 } }))

    const charts = liveCharts(points, view)

    assert.equal(
      charts.map(({ id, yAxis }) => [id, yAxis.unit]),
      [
        ['live-rate', '1/s'],
        ['live-latency', 'ms'],
        ['live-errors', '1/s'],
        ['live-components', 'ms'],
        ['live-target-cpu', 'cores'],
        ['live-target-memory', 'bytes'],
        ['live-start-delay', 'ms'],
      ],
    )
    for (const { x, series, xAxis } of charts) {
      assert.equal([x, xAxis.unit], [[1, 2, 3, 4, 5], 's'])
      for (const { values } of series) assert.is(values.length, 5)
    }
  })

  test('leave out what nobody measured', () => {
    const points = withSeries(() => ({ targetCpuCores: null, targetRssBytes: null, startDelayP99Ms: null }))

    assert.equal(
      liveCharts(points, view).map(({ id }) => id),
      ['live-rate', 'live-latency'],
    )
  })

  test('leave a gap where a second had no request', () => {
    const points = withSeries((_, i) => (i === 2 ? { p99Ms: null } : { p99Ms: 7 }))

    const p99 = chartOf(liveCharts(points, view), 'latency').series.find(({ label }) => label === 'p99')

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

  test('draw the six kinds that happen most, and the others as one line', () => {
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
        ['others', 'quiet'],
      ],
    )
    assert.is(series.at(-1)?.values[0], 1 + 2 + 3)
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

  test('show the bounds of response times, of all steps alone', () => {
    const objectives = [
      aLamp(),
      aLamp({ expect: 'p99(response_time{step=pay}) < 900ms' }),
      aLamp({ expect: 'error_ratio < 1%' }),
      aLamp({ expect: 'p50(response_time) < 50ms', name: 'Median', id: 'Median' }),
    ]

    const { bounds } = chartOf(liveCharts(aSeries(3), aLiveView({ objectives })), 'latency')

    assert.equal(bounds, [
      { objective: 'p99-response_time-lt-250ms', label: 'p99(response_time) <', value: 250 },
      { objective: 'Median', label: 'Median <', value: 50 },
    ])
  })

  test('mark phases, what fired, stops and rollback steps, and not every note', () => {
    const events = [
      anEvent({ atMs: 0, text: 'warm-up', label: 'warm-up' }),
      anEvent({ atMs: 2_000, kind: 'breach', level: 'warning', text: 'p99 < 1ms is pending: 2ms' }),
      anEvent({
        atMs: 3_000,
        kind: 'breach',
        level: 'error',
        text: 'p99 < 1ms is firing: 2ms over the last 5s',
        label: 'p99 < 1ms',
      }),
      anEvent({ atMs: 3_000, kind: 'alert', level: 'warning', text: 'told' }),
      anEvent({ atMs: 3_500, kind: 'stop', level: 'error', text: 'halted', label: 'halted' }),
      anEvent({ atMs: 4_000, kind: 'rollback', text: 'rollback undo ...', label: 'rollback undo ...' }),
      anEvent({ atMs: 4_000, kind: 'note', text: 'noted' }),
    ]

    const [chart] = liveCharts(aSeries(5), aLiveView({ events }))

    assert.equal(
      chart?.marks.map(({ kind, label, x }) => [kind, label, x]),
      [
        ['phase', 'warm-up', 0],
        ['breach', 'p99 < 1ms', 3],
        ['stop', 'halted', 3.5],
        ['rollback', 'rollback undo ...', 4],
      ],
    )
  })

  test('keep the newest twenty marks: more cannot be read', () => {
    const events = Array.from({ length: 50 }, (_, i) =>
      anEvent({ atMs: i * 1_000, text: `phase ${i}`, label: `phase ${i}` }),
    )

    const [chart] = liveCharts(aSeries(5), aLiveView({ events }))

    assert.equal([chart?.marks.length, chart?.marks.at(-1)?.label], [20, 'phase 49'])
  })
})
