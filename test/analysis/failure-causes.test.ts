import * as assert from 'uvu/assert'
import { causesOf } from '../../harness/analysis/failure-causes.ts'
import { failuresOf } from '../kit/failures.ts'
import { describe } from '../kit/suite.ts'

describe('causesOf', (test) => {
  test('adds the failures of all phases', () => {
    const failures = [...failuresOf('step', 3), ...failuresOf('step', 4)]

    assert.equal(causesOf({ errors: { status: 7 } }, failures), [
      { kind: 'status', text: 'HTTP 503', count: 7 },
    ])
  })

  test('counts what nobody told of by its kind, but for what the harness gave up', () => {
    const errors = { status: 7, reset: 9, aborted: 100, 'generator-stall': 100 }

    assert.equal(causesOf({ errors }, failuresOf('step', 3)), [
      { kind: 'reset', text: 'other', count: 9 },
      { kind: 'status', text: 'other', count: 4 },
      { kind: 'status', text: 'HTTP 503', count: 3 },
    ])
  })
})
