import * as assert from 'uvu/assert'
import { compareRounds } from '../../harness/calibration/compare.ts'
import { percentilesOf, type TurnFigures } from '../../harness/calibration/turn.ts'
import { histogramOfMs } from '../kit/latencies.ts'
import { describe } from '../kit/suite.ts'

const figures = (requestsPerSec: number, errorCount = 0): TurnFigures => ({
  requestsPerSec,
  cpuUsPerRequest: 10,
  errorCount,
  p50Ms: 1,
  p95Ms: 2,
  p99Ms: 3,
  p999Ms: 4,
})

describe('compareRounds', (test) => {
  test('takes medians, keeps the raw values, and relates ours to theirs', () => {
    const compared = compareRounds([
      { proofload: figures(300), autocannon: figures(100) },
      { proofload: figures(150), autocannon: figures(200) },
      { proofload: figures(100), autocannon: figures(90) },
    ])
    const rate = compared.find(({ name }) => name === 'requestsPerSec')

    assert.equal([rate?.proofload, rate?.autocannon, rate?.disagreementPercent], [150, 100, 50])
    assert.equal(rate?.proofloadRounds, [300, 150, 100])
  })

  test('knows no percentage of nothing', () => {
    const [errors] = compareRounds([{ proofload: figures(1, 2), autocannon: figures(1) }]).slice(-1)
    assert.equal([errors?.name, errors?.proofload, errors?.disagreementPercent], ['errorCount', 2, null])
  })
})

describe('percentilesOf', (test) => {
  test('gives milliseconds', () => {
    const { p50Ms, p99Ms } = percentilesOf(histogramOfMs(Array.from({ length: 100 }, (_, i) => i + 1)))
    assert.equal([Math.round(p50Ms), Math.round(p99Ms)], [50, 99])
  })
})
