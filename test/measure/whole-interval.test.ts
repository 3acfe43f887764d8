import * as assert from 'uvu/assert'
import { joinWhole, wholeOf } from '../../harness/measure/whole-interval.ts'
import type { RecordInterval } from '../../harness/model/record-interval.ts'
import { aRecord } from '../kit/builders.ts'
import { histogramOfMs } from '../kit/latencies.ts'
import { describe } from '../kit/suite.ts'

const [AN_INTERVAL] = aRecord({ okMs: [5] }).intervals as [RecordInterval]

/** One second of two steps. */
function aSecond(second: number, valuesMs: readonly number[]): RecordInterval {
  const ends = { ok: 0, failed: 0, errored: 0, timedOut: 0, aborted: 4 }
  return {
    ...AN_INTERVAL,
    startMs: second * 1_000,
    endMs: (second + 1) * 1_000,
    steps: {
      get: {
        ...ends,
        ok: valuesMs.length,
        hdr: valuesMs.length === 0 ? null : histogramOfMs(valuesMs).encode(),
      },
      put: { ...ends, failed: 1, errored: 1, timedOut: 1, hdr: histogramOfMs([1, 1, 1]).encode() },
    },
  }
}

describe('Whole intervals', (test) => {
  test('have the requests, errors and times of all steps', () => {
    const whole = wholeOf(aSecond(3, [20, 30]))

    assert.equal(whole, {
      startMs: 3_000,
      endMs: 4_000,
      requests: 5,
      errors: 3,
      hdr: histogramOfMs([1, 1, 1, 20, 30]).encode(),
    })
  })

  test('have no times where nothing ended', () => {
    assert.is(wholeOf({ ...AN_INTERVAL, steps: {} }).hdr, null)
    assert.is(joinWhole([0, 1].map(() => wholeOf({ ...AN_INTERVAL, steps: {} }))).hdr, null)
  })

  test('join to what their seconds were, and stay as they are alone', () => {
    const [first, last] = [wholeOf(aSecond(0, [20])), wholeOf(aSecond(1, []))]

    assert.equal(joinWhole([first, last]), {
      startMs: 0,
      endMs: 2_000,
      requests: 7,
      errors: 6,
      hdr: histogramOfMs([1, 1, 1, 1, 1, 1, 20]).encode(),
    })
    assert.is(joinWhole([first]), first)
  })
})
