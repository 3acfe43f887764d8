import * as assert from 'uvu/assert'
import { body } from '../../harness/expectations/body.ts'
import { anExchange } from '../kit/exchanges.ts'
import { HTTP } from '../kit/expectations.ts'
import { describe } from '../kit/suite.ts'

const verdictOf = (expected: unknown, text: string) =>
  body.compile(expected, HTTP)(anExchange({ body: text }))

describe('body', (test) => {
  test('looks for text', () => {
    assert.is(verdictOf({ contains: 'paid' }, '{"paid":true}'), null)
    assert.is(verdictOf({ contains: 'paid' }, 'refused'), 'the body does not contain "paid", it is "refused"')
  })

  test('matches a regular expression, again and again', () => {
    const judge = body.compile({ matches: '^id-\\d+$' }, HTTP)

    assert.is(judge(anExchange({ body: 'id-1' })), null)
    assert.is(judge(anExchange({ body: 'id-2' })), null)
    assert.is(judge(anExchange({ body: 'id-x' })), 'the body does not match /^id-\\d+$/, it is "id-x"')
  })

  test('compares JSON values by path, whatever the order of their keys', () => {
    const answer = '{"cart":{"id":7,"owner":{"a":1,"b":2}}}'

    assert.is(verdictOf({ json: { 'cart.id': 7, 'cart.owner': { b: 2, a: 1 } } }, answer), null)
    assert.is(verdictOf({ json: { 'cart.id': 8 } }, answer), 'cart.id is 7, expected 8')
    assert.is(verdictOf({ json: { 'cart.id': '7' } }, answer), 'cart.id is 7, expected "7"')
    assert.is(verdictOf({ json: { total: 1 } }, answer), 'total is missing, expected 1')
  })

  test('fills variables in: in texts, in patterns as they are, in values of JSON', () => {
    const expected = { contains: '{{a}}', matches: '^{"id":"{{a}}"', json: { id: '{{a}}', tags: ['{{a}}'] } }
    const judge = body.compile(expected, HTTP)
    const answer = anExchange({ body: '{"id":"1.5","tags":["1.5"]}', variables: () => '1.5' })

    assert.is(judge(answer), null)
    assert.is(
      judge({ ...answer, body: Buffer.from('{"id":"1x5 1.5"}') }),
      'the body does not match /^{"id":"1\\.5"/, it is "{\\"id\\":\\"1x5 1.5\\"}"',
    )
  })

  test('compares a typed variable in its own type', () => {
    const judge = body.compile({ json: { id: '{{= a}}', tags: ['{{= a}}'] } }, HTTP)
    const answer = anExchange({ body: '{"id":7,"tags":[7]}', variables: () => '7' })

    assert.is(judge(answer), null)
    assert.is(judge({ ...answer, body: Buffer.from('{"id":"7","tags":[7]}') }), 'id is "7", expected 7')
  })

  test('reads a body in the charset it states, and JSON behind a byte order mark', () => {
    const latin = anExchange({ headers: { 'content-type': 'text/plain; charset=ISO-8859-1' } })

    assert.is(
      body.compile({ contains: 'café' }, HTTP)({ ...latin, body: Buffer.from('café', 'latin1') }),
      null,
    )
    assert.is(verdictOf({ json: { id: 1 } }, '\ufeff{"id":1}'), null)
  })

  test('refuses a JSON path that it cannot read', () => {
    const checked = body.schema.safeParse({ json: { 'items[*].id': 1 } })

    assert.not.ok(checked.success)
  })

  test('says when the body is not JSON at all', () => {
    assert.is(verdictOf({ json: { id: 1 } }, '<html>'), 'the body is not JSON, it is "<html>"')
  })

  test('treats an answer without a body as empty text', () => {
    assert.is(
      body.compile({ contains: 'x' }, HTTP)({ ...anExchange(), body: null }),
      'the body does not contain "x", it is ""',
    )
  })

  test('refuses a pattern that is none, and an expectation of nothing, before any load', () => {
    assert.not.ok(body.schema.safeParse({ matches: '(' }).success)
    assert.not.ok(body.schema.safeParse({}).success)
  })
})
