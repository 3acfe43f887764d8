import * as assert from 'uvu/assert'
import { cutText } from '../../harness/base/cut-text.ts'
import { describe } from '../kit/suite.ts'

describe('cutText', (test) => {
  test('leaves alone what fits, and shows that something was cut', () => {
    assert.is(cutText('abcd', 4), 'abcd')
    assert.is(cutText('abcde', 4), 'abc…')
  })

  test('divides no character', () => {
    assert.is(cutText('😀😀😀', 3), '😀😀😀')
    assert.is(cutText('😀😀😀😀', 3), '😀😀…')
  })
})
