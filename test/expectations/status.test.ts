import * as assert from 'uvu/assert'
import { status } from '../../harness/expectations/status.ts'
import { anExchange } from '../kit/exchanges.ts'
import { HTTP } from '../kit/expectations.ts'
import { describe } from '../kit/suite.ts'

const verdictOf = (expected: unknown, found: number) =>
  status.compile(expected, HTTP)(anExchange({ status: found }))

describe('status', (test) => {
  test('takes one code, several, or a family', () => {
    assert.is(verdictOf(201, 201), null)
    assert.is(verdictOf([200, 404], 404), null)
    assert.is(verdictOf('2xx', 299), null)
    assert.is(verdictOf(['2xx', 304], 304), null)
  })

  test('says what came and what was wanted', () => {
    assert.is(verdictOf(200, 500), 'HTTP 500, expected 200')
    assert.is(verdictOf(['2xx', 304], 302), 'HTTP 302, expected 2xx or 304')
  })
})
