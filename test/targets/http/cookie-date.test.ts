import * as assert from 'uvu/assert'
import { parseCookieDate } from '../../../harness/targets/http/cookie-date.ts'
import { describe } from '../../kit/suite.ts'

const AT_MS = Date.UTC(2015, 9, 21, 7, 28, 5)

describe('parseCookieDate', (test) => {
  test('reads every form in use, in UTC whatever zone it names or leaves out', () => {
    for (const text of [
      'Wed, 21 Oct 2015 07:28:05 GMT',
      'Wed, 21-Oct-2015 07:28:05 GMT',
      'Wednesday, 21-Oct-15 07:28:05 GMT',
      'Wed Oct 21 07:28:05 2015',
      '21 Oct 2015 7:28:05',
      'Wed, 21 Oct 2015 07:28:05 +0900',
    ])
      assert.is(parseCookieDate(text), AT_MS, text)
  })

  test('reads years of two digits as those of 1970 to 2069', () => {
    assert.is(new Date(parseCookieDate('1 Jan 69 00:00:00')).getUTCFullYear(), 2069)
    assert.is(new Date(parseCookieDate('1 Jan 70 00:00:00')).getUTCFullYear(), 1970)
  })

  test('is no number for what is no date', () => {
    for (const text of [
      '0',
      '-1',
      '65',
      '',
      'never',
      '31 Feb 2030 00:00:00',
      '1 Jan 2030 24:00:00',
      '1 Jan 1600 00:00:00',
    ])
      assert.ok(Number.isNaN(parseCookieDate(text)), text)
  })
})
