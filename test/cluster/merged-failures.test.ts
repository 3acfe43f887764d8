import * as assert from 'uvu/assert'
import { MergedFailures } from '../../harness/cluster/merged-failures.ts'
import { aFailureSample } from '../kit/failures.ts'
import { describe } from '../kit/suite.ts'

const cause = (text: string, count: number) => ({ kind: 'status', text, count })

describe('MergedFailures', (test) => {
  test('adds up shards, step by step', () => {
    const merged = new MergedFailures()
    merged.add({
      phase: 'steady',
      of: 'requests',
      step: 'b',
      counts: [cause('HTTP 503', 2)],
      samples: [aFailureSample()],
    })
    merged.add({ phase: 'steady', of: 'requests', step: 'a', counts: [cause('HTTP 401', 1)], samples: [] })
    merged.add({ phase: 'steady', of: 'requests', step: 'b', counts: [cause('HTTP 503', 3)], samples: [] })

    assert.equal(merged.list(), [
      { phase: 'steady', of: 'requests', step: 'a', counts: [cause('HTTP 401', 1)], samples: [] },
      {
        phase: 'steady',
        of: 'requests',
        step: 'b',
        counts: [cause('HTTP 503', 5)],
        samples: [aFailureSample()],
      },
    ])
  })

  test('tells ten texts of a step apart, and keeps three samples of a kind', () => {
    const merged = new MergedFailures()
    for (let status = 400; status < 500; status++)
      merged.add({
        phase: 'steady',
        of: 'requests',
        step: 'a',
        counts: [cause(`HTTP ${status}`, status)],
        samples: [aFailureSample({ status })],
      })
    const [{ counts, samples } = { counts: [], samples: [] }] = merged.list()

    assert.is(counts.length, 11)
    assert.equal(counts[0], cause('HTTP 499', 499))
    assert.is(counts.at(-1)?.text, 'other')
    assert.is(samples.length, 3)
  })
})
