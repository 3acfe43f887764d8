import * as assert from 'uvu/assert'
import { learnNoiseFloor } from '../../../harness/analysis/comparison/noise-floor.ts'
import { describe } from '../../kit/suite.ts'

const sessions = (y: readonly number[], w = 0) => y.map((value) => ({ y: value, w }))
const near = (actual: number | undefined, expected: number) =>
  assert.ok(Math.abs((actual ?? Number.NaN) - expected) < 1e-9, `${actual} is not ${expected}`)

describe('The noise floor', (test) => {
  test('is not learned from three sessions', () => {
    assert.is(learnNoiseFloor(sessions([1, 1.1, 0.9])), null)
  })

  test('is the root mean square of successive differences, halved, less what varies within runs', () => {
    // Differences 0.04, -0.04, 0.04: 0.0048 / 6 = 0.0008.
    near(learnNoiseFloor(sessions([1, 1.04, 1, 1.04]))?.s0, Math.sqrt(0.0008))
    near(learnNoiseFloor(sessions([1, 1.04, 1, 1.04], 0.0003))?.s0, Math.sqrt(0.0005))
  })

  test('is never below one per cent, and weighs two thirds of the sessions but one, twenty at most', () => {
    const { s0, d0 } = learnNoiseFloor(sessions([1, 1, 1, 1, 1, 1, 1])) ?? { s0: 0, d0: 0 }
    near(s0, 0.01)
    near(d0, 4)
    near(learnNoiseFloor(sessions(Array.from({ length: 50 }, (_, i) => i % 2)))?.d0, 20)
  })

  test('does not see slow drift', () => {
    const drifting = Array.from({ length: 20 }, (_, i) => i / 1_000)
    near(learnNoiseFloor(sessions(drifting))?.s0, 0.01)
  })

  test('is not blown up by one bad night', () => {
    const calm = Array.from({ length: 20 }, (_, i) => 1 + 0.02 * (i % 2))
    const bad = calm.map((y, i) => (i === 10 ? y + 1 : y))
    assert.ok((learnNoiseFloor(sessions(bad))?.s0 ?? 1) < 3 * (learnNoiseFloor(sessions(calm))?.s0 ?? 0))
  })
})
