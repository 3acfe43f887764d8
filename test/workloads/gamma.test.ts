import * as assert from 'uvu/assert'
import { uniformAt } from '../../harness/base/random.ts'
import { gammaGap } from '../../harness/workloads/gamma.ts'
import { describe } from '../kit/suite.ts'

const COUNT = 40_000
const gapsOf = (shape: number) =>
  Array.from({ length: COUNT }, (_, index) => gammaGap(shape, (n) => uniformAt(9, n, index)))
const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

describe('gammaGap', (test) => {
  for (const shape of [0.1, 0.25, 0.5, 1, 2, 10])
    test(`has mean 1 and variance 1/${shape}`, () => {
      const gaps = gapsOf(shape)
      const mean = meanOf(gaps)
      const variance = meanOf(gaps.map((gap) => (gap - mean) ** 2))
      // The error of the mean of so many draws is its standard deviation by their root; of the variance, by the fourth moment.
      const meanError = Math.sqrt(1 / shape / COUNT)
      const varianceError = Math.sqrt((2 / shape ** 2 + 6 / shape ** 3) / COUNT)

      assert.ok(Math.abs(mean - 1) < 4 * meanError, `mean ${mean}`)
      assert.ok(Math.abs(variance - 1 / shape) < 4 * varianceError, `variance ${variance}`)
      for (const gap of gaps) assert.ok(gap >= 0 && Number.isFinite(gap))
    })

  test('is exponential for shape 1: as many gaps above its quantiles as there should be', () => {
    const gaps = gapsOf(1)
    for (const share of [0.5, 0.1, 0.01]) {
      const above = gaps.filter((gap) => gap > -Math.log(share)).length
      assert.ok(
        Math.abs(above - COUNT * share) < 4 * Math.sqrt(COUNT * share * (1 - share)),
        `${share}: ${above}`,
      )
    }
  })
})
