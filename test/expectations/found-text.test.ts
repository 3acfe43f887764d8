import * as assert from 'uvu/assert'
import { foundText } from '../../harness/expectations/found-text.ts'
import { describe } from '../kit/suite.ts'

describe('foundText', (test) => {
  test('writes values as JSON, and names what is missing', () => {
    assert.is(foundText('SOLD OUT'), '"SOLD OUT"')
    assert.is(foundText({ id: 7 }), '{"id":7}')
    assert.is(foundText(undefined), 'missing')
  })

  test('cuts what is long', () => {
    assert.is(foundText('x'.repeat(10_000)).length, 602)
    assert.is(foundText([...'x'.repeat(10_000)]).length, 600)
  })
})
