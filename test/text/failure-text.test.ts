import * as assert from 'uvu/assert'
import { failureText } from '../../harness/text/failure-text.ts'
import { describe } from '../kit/suite.ts'

describe('failureText', (test) => {
  test('says why and how often', () => {
    assert.is(failureText({ kind: 'status', text: 'HTTP 503', count: 1_021 }), 'HTTP 503 x 1,021')
  })

  test('names the kind where the texts were too many', () => {
    assert.is(failureText({ kind: 'status', text: 'other', count: 2 }), 'an unexpected status x 2')
    assert.is(failureText({ kind: 'reset', text: 'other', count: 2 }), 'reset x 2')
  })

  test('cuts a long text', () => {
    const text = failureText({ kind: 'code', text: 'x'.repeat(200), count: 1 })

    assert.is(text, `${'x'.repeat(119)}… x 1`)
  })
})
