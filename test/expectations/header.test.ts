import * as assert from 'uvu/assert'
import { header } from '../../harness/expectations/header.ts'
import { httpStatus } from '../../harness/targets/http/status.ts'
import { anExchange } from '../kit/exchanges.ts'
import { describe } from '../kit/suite.ts'

const answer = anExchange({ headers: { 'content-type': 'application/json; charset=utf-8' } })

describe('header', (test) => {
  test('is content with a part of the value, and with any case of the name', () => {
    assert.is(header.compile({ 'Content-Type': 'application/json' }, httpStatus)(answer), null)
  })

  test('says which header is wrong or missing', () => {
    assert.is(
      header.compile({ 'Content-Type': 'text/html' }, httpStatus)(answer),
      'header Content-Type is "application/json; charset=utf-8", expected "text/html"',
    )
    assert.is(header.compile({ ETag: 'x' }, httpStatus)(answer), 'header ETag is null, expected "x"')
  })

  test('asks for the answer to be kept', () => {
    assert.ok(header.needsAnswer)
  })
})
