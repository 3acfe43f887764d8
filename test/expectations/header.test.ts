import * as assert from 'uvu/assert'
import { header } from '../../harness/expectations/header.ts'
import { anExchange } from '../kit/exchanges.ts'
import { HTTP } from '../kit/expectations.ts'
import { describe } from '../kit/suite.ts'

const answer = anExchange({ headers: { 'content-type': 'application/json; charset=utf-8' } })

describe('header', (test) => {
  test('is content with a part of the value, and with any case of the name', () => {
    assert.is(header.compile({ 'Content-Type': 'application/json' }, HTTP)(answer), null)
  })

  test('says which header is wrong or missing', () => {
    assert.is(
      header.compile({ 'Content-Type': 'text/html' }, HTTP)(answer),
      'header Content-Type is "application/json; charset=utf-8", expected "text/html"',
    )
    assert.is(header.compile({ ETag: 'x' }, HTTP)(answer), 'header ETag is null, expected "x"')
  })

  test('asks for the answer to be kept', () => {
    assert.ok(header.needsAnswer)
  })
})
