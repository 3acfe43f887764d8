import * as assert from 'uvu/assert'
import { scaleOf } from '../../../harness/reporters/pictures/scale.ts'
import { describe } from '../../kit/suite.ts'

const view = { min: 1, max: 100, ticks: [{ value: 10, label: '10ms' }] }

describe('A scale', (test) => {
  test('holds values as they are', () => {
    const { min, max, ticks, place } = scaleOf({}, view)

    assert.equal([min, max, ticks], [1, 100, [{ at: 10, text: '10ms' }]])
    assert.equal([place(7), place(null)], [7, null])
  })

  test('holds logarithms where the axis is logarithmic', () => {
    const { min, max, ticks, place } = scaleOf({ isLog: true }, view)

    assert.equal([min, max, ticks], [0, 2, [{ at: 1, text: '10ms' }]])
    assert.equal([place(10), place(0), place(null)], [1, null, null])
  })
})
