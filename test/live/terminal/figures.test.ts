import * as assert from 'uvu/assert'
import { bar, highestOf, sparkline } from '../../../harness/live/terminal/figures.ts'
import { describe } from '../../kit/suite.ts'

describe('Figures of a screen', (test) => {
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
