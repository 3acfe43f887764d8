import * as assert from 'uvu/assert'
import { parseObjectives } from '../../harness/analysis/objective-grammar.ts'
import { objectiveBounds } from '../../harness/cluster/objective-bounds.ts'
import { describe } from '../kit/suite.ts'

const boundsOf = (...expect: string[]) => objectiveBounds(parseObjectives(expect, 'objectives').objectives)

describe('Bounds that are counted exactly', (test) => {
  test('are those of percentiles and shares, once each, by metric', () => {
    assert.equal(
      boundsOf(
        'p99(response_time) < 100ms',
        'p95(response_time{step=pay}) < 40ms',
        'share(response_time <= 100ms) >= 99%',
        'p50(ttfb) < 5ms',
      ),
      { response_time: [40_000, 100_000], ttfb: [5_000] },
    )
  })

  test('are not those of ratios, extremes and rates', () => {
    assert.equal(boundsOf('error_ratio < 1%', 'max(response_time) < 1s', 'rate(goodput) > 100/s'), {})
  })
})
