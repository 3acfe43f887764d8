import * as assert from 'uvu/assert'
import { retry, timeouts } from '../../harness/targets/step.ts'
import { describe } from '../kit/suite.ts'

describe('A request step', (test) => {
  test('gives up after a time with a unit', () => {
    assert.ok(timeouts.safeParse({ total: '1m' }).success)
    assert.not.ok(timeouts.safeParse({ total: 60 }).success)
  })

  test('tries again at least once, for errors that exist', () => {
    assert.ok(retry.safeParse({ attempts: 2 }).success)
    for (const wrong of [
      { attempts: 1 },
      { attempts: 2, on: ['oops'] },
      { attempts: 2, on: [] },
      { attempts: 2, jitter: 2 },
    ])
      assert.not.ok(retry.safeParse(wrong).success, JSON.stringify(wrong))
  })
})
