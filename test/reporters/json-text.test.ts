import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { jsonText } from '../../harness/reporters/json-text.ts'
import { describe } from '../kit/suite.ts'

describe('JSON for files', (test) => {
  test('says the same as any other, and holds nothing that steers a terminal', () => {
    const unit = fc.constantFrom(
      'a',
      '"',
      '\\',
      '\n',
      '\u001b',
      '\u009b',
      '\u202e',
      '\u{e0041}',
      '😀',
      '\ud800',
    )
    fc.assert(
      fc.property(fc.array(fc.string({ unit })), (texts) => {
        const text = jsonText({ texts })

        assert.equal(JSON.parse(text), { texts })
        assert.not.match(text.replaceAll('\n', ''), /[\p{Cc}\p{Cf}\p{Cs}]/u)
      }),
    )
  })

  test('is indented and ends with a line feed', () => {
    assert.is(jsonText({ a: [1] }), '{\n  "a": [\n    1\n  ]\n}\n')
  })
})
