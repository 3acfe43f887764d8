import * as assert from 'uvu/assert'
import { joiningText } from '../../harness/text/joining-text.ts'
import { aWorkload } from '../kit/plan-builders.ts'
import { describe } from '../kit/suite.ts'

describe('joiningText', (test) => {
  test('tells the rate, and how long it is not judged', () => {
    const workload = aWorkload({ model: 'closed', join: { perSec: 1_000, durationMs: 10_000 } })
    assert.is(
      joiningText({ workloads: [workload] }),
      'agents join at 1,000/s: the first 10s are recorded and not judged (workload.joinRate)',
    )
  })

  test('is nothing where all are there at once', () => {
    assert.is(joiningText({ workloads: [aWorkload()] }), null)
  })
})
