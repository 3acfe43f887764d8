import * as assert from 'uvu/assert'
import { plainText, shortText, textWidthPx, wrappedText } from '../../../harness/reporters/pictures/text.ts'
import { HARD_NAMES } from '../../kit/hard-names.ts'
import { describe } from '../../kit/suite.ts'

describe('Text in a picture', (test) => {
  test('is one line of what XML may hold', () => {
    assert.is(plainText('a\nb\u0000\ud800\uffff\u{1fffe}'), 'a\\u{a}b\\u{0}\\u{d800}\ufffd\ufffd')
  })

  test('is as wide as its letters in DejaVu Sans', () => {
    assert.is(textWidthPx('il', 100), 56)
    assert.is(textWidthPx('W', 100), 99)
    assert.is(textWidthPx('中', 13), 13)
  })

  test('is shortened to what fits', () => {
    assert.is(shortText('checkout', 100), 'checkout')
    const short = shortText('checkout '.repeat(20), 100)
    assert.match(short, /^checkout.*…$/)
    assert.ok(textWidthPx(short) <= 100)
  })

  test('is never cut in the middle of a character', () => {
    assert.is(shortText('😀'.repeat(9), 50), '😀😀…')
  })

  test('breaks between words, or within one that is too long', () => {
    assert.equal(wrappedText('one two three', 60, 3), ['one two', 'three'])
    assert.equal(wrappedText('aaaaaaaaaaaa', 40, 9), ['aaaaa', 'aaaaa', 'aa'])
  })

  test('ends with an ellipsis where the lines are used up', () => {
    const lines = wrappedText('word '.repeat(50), 100, 2)

    assert.is(lines.length, 2)
    assert.match(lines[1] ?? '', /…$/)
  })

  test('has no line for nothing', () => {
    assert.equal(wrappedText(' ', 100, 2), [])
  })

  test('is never what objects inherit, for what looks it up in one: a space makes the difference', () => {
    for (const name of HARD_NAMES) {
      assert.is(Reflect.has(Object.prototype, shortText(name, 200)), false, name)
      assert.is(shortText(name, 200).trimEnd(), name)
    }
    assert.equal(wrappedText('__proto__ is slow', 70, 3), ['__proto__ ', 'is slow'])
  })
})
