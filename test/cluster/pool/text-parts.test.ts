import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { PIECE_CHARS } from '../../../harness/cluster/limits.ts'
import { inParts, JoinedParts } from '../../../harness/cluster/text-parts.ts'
import { describe } from '../../kit/suite.ts'

describe('Texts in parts', (test) => {
  test('are themselves when they are short', () => {
    assert.equal(inParts('{"a":1}', 'x'), ['{"a":1}'])
    assert.is(new JoinedParts().add('{"a":1}'), '{"a":1}')
    assert.is(new JoinedParts().add('{"part":1}'), '{"part":1}', 'what is no part is a text')
  })

  test('are whole again in whatever order, and however often, their parts come', () => {
    const longs = ['a', 'b', 'c'].map((letter, i) => `{"${letter.repeat(PIECE_CHARS * (i + 1))}":"\u00e9"}`)
    const parts = longs.flatMap((text, i) => inParts(text, `run.${i}`))
    assert.is(parts.length, 2 + 3 + 4)
    assert.ok(parts.every((part) => part.length < 2 * PIECE_CHARS))
    fc.assert(
      fc.property(fc.shuffledSubarray([...parts, ...parts], { minLength: 2 * parts.length }), (shuffled) => {
        const joined = new JoinedParts()
        const found = new Set(shuffled.map((part) => joined.add(part)).filter((text) => text !== null))
        assert.equal(found, new Set(longs))
      }),
      { numRuns: 20 },
    )
  })
})
