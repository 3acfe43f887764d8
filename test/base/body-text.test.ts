import * as assert from 'uvu/assert'
import { bodyText } from '../../harness/base/body-text.ts'
import { describe } from '../kit/suite.ts'

describe('bodyText', (test) => {
  test('is UTF-8 where no charset, or none that exists, is stated', () => {
    const body = Buffer.from('größe')

    assert.is(bodyText(body, undefined), 'größe')
    assert.is(bodyText(body, 'text/plain'), 'größe')
    assert.is(bodyText(body, 'text/plain; charset=klingon'), 'größe')
  })

  test('reads the charset that is stated, quoted or not, in any case', () => {
    const latin = Buffer.from('größe', 'latin1')

    assert.is(bodyText(latin, 'text/plain; charset=ISO-8859-1'), 'größe')
    assert.is(bodyText(latin, 'text/html;Charset="latin1"; level=1'), 'größe')
    assert.is(bodyText(Buffer.from('größe', 'utf16le'), 'text/plain; charset=utf-16le'), 'größe')
  })

  test('leaves a byte order mark out, and is empty without a body', () => {
    assert.is(bodyText(Buffer.from('\ufeff{}'), 'application/json'), '{}')
    assert.is(bodyText(null, undefined), '')
  })
})
