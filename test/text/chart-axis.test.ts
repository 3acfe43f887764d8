import * as assert from 'uvu/assert'
import type { ChartAxis, ChartUnit } from '../../harness/model/chart.ts'
import {
  type AxisTick,
  everyNth,
  lineValueAxis,
  placeTicks,
  timeTicks,
  valueAxis,
  valueTicks,
} from '../../harness/text/chart-axis.ts'
import { describe } from '../kit/suite.ts'

const axis = (unit: ChartUnit, isLog = false): ChartAxis => ({ label: 'a', unit, isLog })
const labels = (ticks: readonly AxisTick[]) => ticks.map(({ label }) => label)
const room = (widthPx: number) => ({ widthPx, textWidthPx: (text: string) => 8 * text.length })
const WIDE = room(640)

describe('A y axis', (test) => {
  const cases: readonly (readonly [ChartUnit, readonly number[], readonly string[]])[] = [
    ['ms', [12, 87], ['0', '20ms', '40ms', '60ms', '80ms', '100ms']],
    ['ms', [400_000], ['0', '2m', '4m', '6m', '8m']],
    ['ms', [0], ['0', '200us', '400us', '600us', '800us', '1ms']],
    ['ratio', [0.004], ['0', '0.1 %', '0.2 %', '0.3 %', '0.4 %']],
    ['bytes', [1.2 * 1024 ** 3], ['0', '512 MiB', '1 GiB', '1.5 GiB']],
    ['1/s', [1.3], ['0', '0.5/s', '1/s', '1.5/s']],
    ['cores', [1.6], ['0', '0.5 cores', '1 core', '1.5 cores', '2 cores']],
    ['count', [2], ['0', '1', '2']],
    ['count', [12_345], ['0', '5,000', '10,000', '15,000']],
  ]
  for (const [unit, values, expected] of cases)
    test(`of ${unit} goes from zero over ${values[values.length - 1]} in round steps`, () => {
      assert.equal(labels(valueAxis(axis(unit), values).ticks), expected)
    })

  test('goes below zero where values do', () => {
    assert.equal(labels(valueAxis(axis('count'), [-3, 4]).ticks), ['-4', '-2', '0', '2', '4'])
  })

  test('lies between round values where it is logarithmic', () => {
    const { min, max, ticks } = valueAxis(axis('ms', true), [3, 80])

    assert.equal([min, max], [2, 100])
    assert.equal(labels(ticks), ['2ms', '5ms', '10ms', '20ms', '50ms', '100ms'])
  })

  test('shows powers of ten alone where there are many', () => {
    assert.equal(labels(valueAxis(axis('ms', true), [1, 9_000]).ticks), ['1ms', '10ms', '100ms', '1s', '10s'])
  })

  test('has room for a single value', () => {
    assert.equal(labels(valueAxis(axis('ms', true), [10]).ticks), ['10ms', '20ms'])
  })

  test('has the same ticks when it is asked for them between its own ends', () => {
    for (const [unit, values] of cases) {
      const { min, max, ticks } = valueAxis(axis(unit), values)

      assert.equal(valueTicks(axis(unit), min, max), ticks, unit)
    }
  })

  test('reaches up to a bound, but not to one that would press everything else to the ground', () => {
    const bounded = (value: number) =>
      lineValueAxis({ yAxis: axis('ms'), bounds: [{ objective: 'p99', label: 'p99 <', value }] }, 10, 90).max

    assert.equal([150, 200, 300].map(bounded), [150, 200, 100])
  })
})

describe('An x axis', (test) => {
  test('has its ticks in steps of a clock', () => {
    assert.equal(labels(timeTicks(axis('s'), 0, 3599, WIDE)), ['0', '10m', '20m', '30m', '40m', '50m'])
  })

  test('has fewer ticks where there is less room', () => {
    assert.is(timeTicks(axis('s'), 0, 120, WIDE).length, 9)
    assert.equal(labels(timeTicks(axis('s'), 0, 120, room(120))), ['0', '1m', '2m'])
  })

  test('of percentiles has ticks at those that people name, the last one whatever the room', () => {
    const ticks = timeTicks(axis('percentile'), 0, 5, WIDE)

    assert.equal(labels(ticks), ['50 %', '90 %', '99 %', '99.9 %', '99.99 %', '99.999 %'])
    assert.is(ticks[2]?.value, 2)
    assert.equal(labels(timeTicks(axis('percentile'), 0, 5, room(200))), ['90 %', '99.9 %', '99.999 %'])
  })

  test('of runs has their labels, as many as stand side by side, the newest always', () => {
    const runs = { xAxis: axis('run'), x: [0, 1, 2, 3, 4], xLabels: ['a', 'b', 'c', 'd', 'e'] }

    assert.equal(labels(placeTicks(runs, -0.5, 4.5, WIDE)), ['a', 'b', 'c', 'd', 'e'])
    assert.equal(labels(placeTicks(runs, -0.5, 4.5, room(70))), ['a', 'c', 'e'])
    assert.equal(labels(everyNth(placeTicks(runs, -0.5, 4.5, WIDE), 3)), ['a', 'c', 'e'])
  })
})
