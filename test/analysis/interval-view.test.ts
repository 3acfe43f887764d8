import * as assert from 'uvu/assert'
import { intervalViews } from '../../harness/analysis/interval-view.ts'
import { metricValue } from '../../harness/analysis/metric-values.ts'
import { parseObjectives } from '../../harness/analysis/objective-grammar.ts'
import { RecordView } from '../../harness/analysis/record-view.ts'
import type { ObjectivePlan } from '../../harness/model/plan.ts'
import { aStepRecord } from '../kit/step-records.ts'
import { describe } from '../kit/suite.ts'

const objectiveOf = (expect: string) => parseObjectives([expect], 'objectives').objectives[0] as ObjectivePlan

function valuesOf(expect: string): (number | null)[] {
  const record = aStepRecord({
    intervals: 3,
    steps: {
      ask: (i) => ({ okMs: [10, 10, 10 + 90 * i], failed: i }),
      pay: () => ({ okMs: [5] }),
    },
    interval: (i) => ({ backlog: 7 * i }),
  })
  const objective = objectiveOf(expect)
  return intervalViews(new RecordView(record), [objective]).map(({ view }) => metricValue(view, objective))
}

describe('The view of an interval', (test) => {
  test('answers as the view of a run does, of its own second', () => {
    assert.equal(valuesOf('throughput > 1/s'), [4, 5, 6])
    assert.equal(valuesOf('error_ratio{step=ask} < 1%'), [0, 1 / 4, 2 / 5])
    assert.equal(valuesOf('backlog < 10'), [0, 7, 14])
    assert.equal(
      valuesOf('max(response_time) < 1s').map((ms) => Math.round(ms ?? 0)),
      [10, 100, 190],
    )
    assert.equal(
      valuesOf('mean(response_time{step=ask}) < 1s').map((ms) => Math.round(ms ?? 0)),
      [10, 40, 70],
    )
  })

  test('knows nothing of what intervals do not keep', () => {
    assert.equal(valuesOf('max(service_time) < 1s'), [null, null, null])
    assert.equal(valuesOf('max(response_time{outcome=ok}) < 1s'), [null, null, null])
  })

  test('is made of measured intervals only', () => {
    const record = aStepRecord({
      intervals: 3,
      steps: { ask: () => ({ okMs: [1] }) },
      interval: (i) => ({ phase: i === 0 ? 'warm-up' : 'steady' }),
    })
    const views = intervalViews(new RecordView(record), [])
    assert.equal(
      views.map(({ startMs, endMs }) => [startMs, endMs]),
      [
        [1000, 2000],
        [2000, 3000],
      ],
    )
  })
})
