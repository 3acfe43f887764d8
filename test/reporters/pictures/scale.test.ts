import * as assert from 'uvu/assert'
import type { ChartAxis, ChartUnit } from '../../../harness/model/chart.ts'
import { lyingScale, runScale, type Scale, uprightScale } from '../../../harness/reporters/pictures/scale.ts'
import { describe } from '../../kit/suite.ts'

const axis = (unit: ChartUnit, isLog = false): ChartAxis => ({ label: 'a', unit, isLog })
const texts = ({ ticks }: Scale) => ticks.map(({ text }) => text)
const WIDE_PX = 640

describe('An upright axis', (test) => {
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
      assert.equal(texts(uprightScale(axis(unit), values)), expected)
    })

  test('goes below zero where values do', () => {
    assert.equal(texts(uprightScale(axis('count'), [-3, 4])), ['-4', '-2', '0', '2', '4'])
  })

  test('holds logarithms where it is logarithmic, between round values', () => {
    const scale = uprightScale(axis('ms', true), [3, 80])

    assert.equal(texts(scale), ['2ms', '5ms', '10ms', '20ms', '50ms', '100ms'])
    assert.is(scale.place(10), 1)
    assert.is(scale.place(0), null)
    assert.is(scale.place(null), null)
  })

  test('shows powers of ten alone where there are many', () => {
    assert.equal(texts(uprightScale(axis('ms', true), [1, 9_000])), ['1ms', '10ms', '100ms', '1s', '10s'])
  })

  test('has room for a single value', () => {
    assert.equal(texts(uprightScale(axis('ms', true), [10])), ['10ms', '20ms'])
  })
})

describe('A lying axis', (test) => {
  test('goes from the first to the last value, in steps of a clock', () => {
    const scale = lyingScale(axis('s'), [0, 3599], WIDE_PX)

    assert.is(scale.max, 3599)
    assert.equal(texts(scale), ['0', '10m', '20m', '30m', '40m', '50m'])
  })

  test('has fewer figures where there is less room', () => {
    assert.equal(texts(lyingScale(axis('s'), [0, 120], WIDE_PX)).length, 9)
    assert.equal(texts(lyingScale(axis('s'), [0, 120], 200)), ['0', '1m', '2m'])
  })

  test('has room for a single instant', () => {
    const { min, max } = lyingScale(axis('s'), [7, 7], WIDE_PX)

    assert.ok(min < 7 && max > 7)
  })

  test('of percentiles has figures at those that people name', () => {
    const scale = lyingScale(axis('percentile'), [0, 5], WIDE_PX)

    assert.equal(texts(scale), ['50 %', '90 %', '99 %', '99.9 %', '99.99 %', '99.999 %'])
    assert.is(scale.ticks[2]?.at, 2)
  })

  test('of runs labels as many as it may, the newest first of all', () => {
    const labels = ['a', 'b', 'c', 'd', 'e']

    assert.equal(texts(runScale([0, 1, 2, 3, 4], labels, 9)), labels)
    assert.equal(texts(runScale([0, 1, 2, 3, 4], labels, 3)), ['a', 'c', 'e'])
  })
})
