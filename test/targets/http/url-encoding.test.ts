import fc from 'fast-check'
import * as assert from 'uvu/assert'
import {
  asOneLine,
  encodeFormText,
  encodeIllegal,
  percentEncode,
} from '../../../harness/targets/http/url-encoding.ts'
import { describe } from '../../kit/suite.ts'

describe('url encoding', (test) => {
  test('escapes a value so that it comes back whole', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (value) => {
        assert.match(percentEncode(value), /^[\w.!~*'()%-]*$/)
        assert.is(decodeURIComponent(percentEncode(value)), value)
        assert.is(new URLSearchParams(`v=${encodeFormText(value)}`).get('v'), value)
      }),
    )
  })

  test('does not choke on half a character', () => {
    assert.is(percentEncode('a\ud800b'), `a${encodeURIComponent('\ufffd')}b`)
  })

  test('escapes of a path only what may not stand there', () => {
    assert.is(encodeIllegal('/a%20b/c?d=e&f=[g]'), '/a%20b/c?d=e&f=[g]')
    assert.is(encodeIllegal('/a b/ü\r\nX: y'), '/a%20b/%C3%BC%0D%0AX:%20y')
  })

  test('keeps a header value on one line', () => {
    assert.is(asOneLine('a\r\nX-Evil: 1\0'), 'a X-Evil: 1 ')
    assert.is(asOneLine('plain ü'), 'plain ü')
  })
})
