import * as assert from 'uvu/assert'
import { compileExtraction } from '../../harness/expectations/extraction.ts'
import { anExchange } from '../kit/exchanges.ts'
import { describe } from '../kit/suite.ts'

describe('compileExtraction', (test) => {
  test('takes a value out of JSON, as text', () => {
    const answer = anExchange({ body: '{"cart":{"id":7,"ok":false,"lines":[{"sku":"a"}]}}' })

    assert.is(compileExtraction('json:cart.id')(answer), '7')
    assert.is(compileExtraction('json:cart.ok')(answer), 'false')
    assert.is(compileExtraction('json:cart.lines[0].sku')(answer), 'a')
    assert.is(compileExtraction('json:cart.lines')(answer), '[{"sku":"a"}]')
  })

  test('takes a header, whatever the case of its name', () => {
    assert.is(
      compileExtraction('header:Location')(anExchange({ headers: { location: '/cart/7' } })),
      '/cart/7',
    )
  })

  test('takes the first group of a pattern, or the whole match', () => {
    const answer = anExchange({ body: 'token=abc; id=42' })

    assert.is(compileExtraction('regex:id=(\\d+)')(answer), '42')
    assert.is(compileExtraction('regex:id=\\d+')(answer), 'id=42')
    assert.is(compileExtraction('regex:id=(x)?\\d+')(answer), undefined)
  })

  test('gives undefined for what is not there', () => {
    const answer = anExchange({ body: 'no JSON' })

    for (const source of ['json:id', 'header:etag', 'regex:id=(\\d+)'])
      assert.is(compileExtraction(source)(answer), undefined, source)
    assert.is(compileExtraction('json:a')(anExchange({ body: '{"a":null}' })), undefined)
    assert.is(compileExtraction('json:a')({ ...anExchange(), body: null, header: null }), undefined)
  })

  test('refuses a source it does not know, and a pattern that is none', () => {
    assert.throws(() => compileExtraction('jsn:cart.id'), /does not name a source of the value/)
    assert.throws(() => compileExtraction('cart.id'))
    assert.throws(() => compileExtraction('regex:('))
  })

  test('keeps numbers as they are written', () => {
    const answer = anExchange({ body: '{"id":9007199254740993,"version":1.10,"cost":{"eur":1e3},"n":7}' })

    assert.is(compileExtraction('json:id')(answer), '9007199254740993')
    assert.is(compileExtraction('json:version')(answer), '1.10')
    assert.is(compileExtraction('json:cost')(answer), '{"eur":1e3}')
    assert.is(compileExtraction('json:n')(answer), '7')
  })

  test('reads an answer in the charset it states, and JSON behind a byte order mark', () => {
    const latin = anExchange({ headers: { 'content-type': 'text/html; charset="iso-8859-1"' } })

    assert.is(
      compileExtraction('regex:<b>(.*)</b>')({ ...latin, body: Buffer.from('<b>café</b>', 'latin1') }),
      'café',
    )
    assert.is(compileExtraction('json:id')(anExchange({ body: '\ufeff{"id":1}' })), '1')
  })
})
