import * as assert from 'uvu/assert'
import { bar, clockText, highestOf, sparkline } from '../../../harness/live/terminal/figures.ts'
import { describe } from '../../kit/suite.ts'

describe('Figures of a screen', (test) => {
  test('write an instant as a clock does', () => {
    assert.equal([0, 7_900, 750_000, 3_723_000].map(clockText), ['0:00', '0:07', '12:30', '1:02:03'])
  })

  test('draw a bar of half columns, and something for little', () => {
    assert.equal(
      [0, 0.001, 0.25, 0.5, 2].map((ratio) => bar(ratio, 2)),
      ['', '▌', '▌', '█', '██'],
    )
  })

  test('draw a series as heights, with gaps where nothing is known', () => {
    assert.is(sparkline([0, 5, null, 10], 10, 10), '▁▅ █')
  })

  test('draw the end of a series that is too long', () => {
    assert.is(sparkline([10, 0, 10], 10, 2), '▁█')
  })

  test('draw a series of nothing but zeros at the bottom', () => {
    assert.is(sparkline([0, 0], highestOf([0, null]), 5), '▁▁')
  })
})
