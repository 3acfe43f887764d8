import * as assert from 'uvu/assert'
import { INK, inkOn, PAPER } from '../../../harness/reporters/pictures/palette.ts'
import { describe } from '../../kit/suite.ts'

describe('Words on a colour', (test) => {
  test('are light on dark colours and dark on light ones', () => {
    assert.is(inkOn(0), PAPER)
    assert.is(inkOn(6), PAPER)
    assert.is(inkOn(5), INK)
  })
})
