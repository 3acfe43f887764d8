import * as assert from 'uvu/assert'
import { queue, truthOf } from '../../../bench/capacity/worlds.ts'
import { discounted, pooledEffects } from '../../../harness/analysis/capacity/bursts.ts'
import { searchState } from '../../../harness/analysis/capacity/search-from-probes.ts'
import { shortProbeCautions } from '../../../harness/analysis/capacity/short-probes.ts'
import type { CapacityLimit, SearchProbe, SearchSettings } from '../../../harness/model/capacity.ts'
import { aFinishedSearch } from '../../kit/capacity.ts'
import { describe } from '../../kit/suite.ts'

const LIMIT: CapacityLimit = {
  id: 'p99',
  expect: 'p99(response_time) < 200ms',
  allowed: 0.01,
  p99Ms: 200,
  isAssumed: false,
}

function aProbe(x: number, k: number, n: number, designEffect: number, changes: Partial<SearchProbe> = {}) {
  return {
    purpose: 'search',
    x,
    seconds: 6,
    elapsedS: 8,
    ended: 'whole',
    readings: [{ kind: 'share', k, n, designEffect }],
    ...changes,
  } satisfies SearchProbe
}

/** Probes of 6 s of a queue of M/M/4 with a mean service time of 20 ms, as they were measured: bursts that most probes do not see. */
const BURSTY: readonly SearchProbe[] = [
  aProbe(50, 0, 308, 1, { purpose: 'range' }),
  aProbe(100, 0, 588, 1, { purpose: 'range' }),
  aProbe(200, 1_230, 1_232, 2.5, { purpose: 'range' }),
  aProbe(127.3, 0, 781, 1),
  aProbe(157.2, 0, 928, 1),
  aProbe(168.4, 0, 988, 1),
  aProbe(185.6, 1, 1_135, 1),
  aProbe(187, 92, 1_139, 65),
  aProbe(182.4, 7, 1_125, 3.1),
  aProbe(178.8, 1, 1_046, 1),
  aProbe(184.7, 15, 1_143, 12.5),
  aProbe(181.5, 16, 1_140, 15.7),
  aProbe(185.7, 85, 1_073, 153.6),
  aProbe(179.4, 0, 1_049, 1),
]
const TRUTH = truthOf({ name: 'queue', curves: [queue(4, 0.02, 0.2)], noise: 0, designEffect: 1 })

const SETTINGS: SearchSettings = {
  from: 50,
  max: null,
  precision: 0.05,
  probesMax: 14,
  budgetS: 3_600,
  probeS: 6,
  isWhole: false,
}

describe('pooledEffects', (test) => {
  test('weigh the bursts of the probes near the limit, by their misses', () => {
    const probes = [aProbe(1, 10, 1_000, 4), aProbe(1, 30, 1_000, 8)]
    assert.equal(pooledEffects(probes, [LIMIT]), [7])
  })

  test('leave out what is far from the limit, and are 1 where nothing is near', () => {
    const far = [aProbe(1, 0, 1_000, 1), aProbe(1, 1, 10_000, 50), aProbe(2, 900, 1_000, 400)]
    assert.equal(pooledEffects(far, [LIMIT]), [1])
  })
})

describe('discounted', (test) => {
  test('makes a probe worth no more than all have shown, and none worth less than one request', () => {
    const worth = (k: number, n: number, own: number, pooled: number) => {
      const [reading] = discounted(aProbe(1, k, n, own), [pooled]).readings
      return reading?.kind === 'share' ? reading.designEffect : null
    }
    assert.is(worth(0, 1_000, 1, 7), 7)
    assert.is(worth(5, 1_000, 20, 7), 20)
    assert.is(worth(0, 3, 1, 7), 3)
  })
})

describe('A search whose misses come in bursts', (test) => {
  test('has an interval that holds the truth, although most probes saw no burst', () => {
    const { capacity } = searchState([LIMIT], SETTINGS, BURSTY)
    assert.ok(capacity !== null && capacity.low <= TRUTH && TRUTH <= capacity.high, JSON.stringify(capacity))
  })

  test('has an interval that holds the rate that was confirmed, wherever that was', () => {
    const confirmed = aProbe(150, 1, 6_000, 1, { purpose: 'confirm', seconds: 18 })
    const { capacity, safe } = searchState([LIMIT], SETTINGS, [...BURSTY, confirmed])
    assert.is(safe, 150)
    assert.is(capacity?.low, 150)
  })

  test('says that its probes are too short, which one whose misses are independent is not told', () => {
    const { probes } = aFinishedSearch()
    const bursty = BURSTY.map((probe) => ({ ...probes[0], ...probe })) as typeof probes
    const [caution] = shortProbeCautions({ probes: bursty, limits: [LIMIT] })
    assert.is(caution?.code, 'PROBES_SHORT')
    assert.match(caution?.message ?? '', /1,143 requests of a probe are worth \d+ independent/)
    assert.equal(shortProbeCautions(aFinishedSearch()), [])
  })
})
