import * as assert from 'uvu/assert'
import { trendOf } from '../../harness/analysis/trend.ts'
import { Random } from '../../harness/base/random.ts'
import type { TrendPoint } from '../../harness/model/history.ts'
import { describe } from '../kit/suite.ts'

/** A night each, with two per cent of noise. */
function nights(levels: readonly number[], sessionOf = (night: number) => `s${night}`): TrendPoint[] {
  const random = new Random(5)
  return levels.map((level, night) => ({
    id: `run-${String(night).padStart(3, '0')}`,
    startedAt: '',
    build: `build-${night}`,
    session: sessionOf(night),
    y: Math.log(level) + 0.02 * (random.float() - 0.5),
    w: 1e-5,
  }))
}
const flat = (count: number, level = 100) => Array.from({ length: count }, () => level)

describe('A trend', (test) => {
  test('of one run has nothing to say', () => {
    const { rolling, anchor, changes } = trendOf('p99', nights([100]))
    assert.equal([rolling, anchor, changes], [null, null, []])
  })

  test('of unchanged nights is OK', () => {
    const { rolling, anchor, changes } = trendOf('p99', nights(flat(30)))
    assert.equal([rolling?.state, anchor?.state, changes], ['OK', 'OK', []])
    assert.is(rolling?.sessions, 10)
  })

  test('sees tonight’s jump, and calls it a regression on the third night', () => {
    const after = (count: number) => trendOf('p99', nights([...flat(20), ...flat(count, 120)]))
    assert.equal([after(1).rolling?.state, after(1).anchor?.state], ['SUSPECT', 'SUSPECT'])
    assert.is(after(2).anchor?.state, 'SUSPECT')
    assert.is(after(3).anchor?.state, 'REGRESSED')
  })

  test('says between which runs it changed, and by how much', () => {
    const { changes } = trendOf('p99', nights([...flat(20), ...flat(8, 120)]))
    assert.equal(
      changes.map(({ before, run }) => [before.build, run.build]),
      [['build-19', 'build-20']],
    )
    assert.ok(Math.abs((changes[0]?.change ?? 0) - 0.2) < 0.01)
  })

  test('sees what creeps in, to which the nights just before are blind', () => {
    const creeping = Array.from({ length: 60 }, (_, night) => 100 * 1.0025 ** night)
    const { rolling, anchor } = trendOf('p99', nights(creeping))
    assert.equal([rolling?.state, anchor?.state], ['OK', 'REGRESSED'])
  })

  test('of errors is a difference of their share', () => {
    const y = (share: number) => 2 * Math.asin(Math.sqrt(share))
    const points = nights(flat(12)).map((point, night) => ({ ...point, y: y(night === 11 ? 0.03 : 0.01) }))
    const { rolling } = trendOf('error_ratio', points)
    assert.ok(Math.abs((rolling?.change ?? 0) - 0.02) < 1e-9, `${rolling?.change}`)
  })

  test('takes the runs of one session as one', () => {
    const points = nights(flat(12), (night) => (night < 11 ? 'same' : 'tonight'))
    assert.is(trendOf('p99', points).rolling?.sessions, 1)
  })
})
