import fc from 'fast-check'
import * as assert from 'uvu/assert'
import {
  cutText,
  padText,
  paint,
  span,
  spread,
  widthOf,
  wrapWords,
} from '../../../harness/live/terminal/styled-text.ts'
import { describe } from '../../kit/suite.ts'

const PLAIN = { colour: false, unicode: true }

describe('Text of a screen', (test) => {
  test('is measured in columns', () => {
    assert.is(widthOf('abc'), 3)
    assert.is(widthOf('漢字'), 4)
    assert.is(widthOf('e\u0301'), 1)
  })

  test('is cut with an ellipsis, and never in the middle of a wide character', () => {
    assert.is(cutText('abcdef', 4), 'abc…')
    assert.is(cutText('漢字漢字', 4), '漢…')
    assert.is(cutText('abc', 3), 'abc')
    assert.is(cutText('abc', 0), '')
  })

  test('has exactly the width it is given', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '漢', '😀', 'e\u0301'), maxLength: 30 })
    fc.assert(
      fc.property(text, fc.nat(40), fc.constantFrom('left', 'right'), (content, width, side) => {
        assert.is(widthOf(padText(content, width, side as 'left' | 'right')), width)
      }),
    )
  })

  test('is wrapped between words', () => {
    assert.equal(wrapWords('one two three 漢字漢字漢字', 8), ['one two', 'three', '漢字漢…'])
  })

  test('cannot steer the terminal', () => {
    assert.is(paint([span('a\u001b[2Jb\r\u202e')], PLAIN), 'a\\u{1b}[2Jb\\u{d}\\u{202e}')
  })

  test('at both edges keeps what stands at the right', () => {
    assert.is(paint(spread([span('a long title')], [span('END')], 10), PLAIN), 'a lon… END')
  })

  test('loses blanks at its end, but for those of a badge', () => {
    assert.is(paint([span('a'), span('  '), span(' ')], PLAIN), 'a')
    assert.is(paint([span('a'), span(' B ', 'badge')], PLAIN), 'a B ')
  })

  test('becomes as many question marks as it is wide where only ASCII is known', () => {
    assert.is(paint([span('漢é█')], { colour: false, unicode: false }), '???#')
  })
})
