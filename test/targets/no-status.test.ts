import * as assert from 'uvu/assert'
import { noStatus } from '../../harness/targets/no-status.ts'
import { aDocument, problemsOf } from '../kit/scenario-documents.ts'
import { describe } from '../kit/suite.ts'

describe('A target without statuses', (test) => {
  test('calls every answer good, and none the expected', () => {
    assert.ok(noStatus.isGood(0))
    assert.not.ok(noStatus.compile(0)(0))
  })

  test('takes no expectation of one', () => {
    const handler = { $code: 'target.config.handler' }
    const steps = [{ request: { input: 1 }, expect: { status: 200 } }]
    const [problem] = problemsOf(
      aDocument({ target: { plugin: 'function', config: { handler } }, journeys: { buy: { steps } } }),
    )
    assert.is(problem?.path, 'journeys.buy.steps[0].expect.status')
    assert.is(problem?.expected, 'nothing: answers of this target have no status')
  })
})
