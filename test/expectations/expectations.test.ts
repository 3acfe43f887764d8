import * as assert from 'uvu/assert'
import { compileExpectations, compileExtraction } from '../../harness/expectations/index.ts'
import { ERROR_KINDS } from '../../harness/model/outcome.ts'
import type { ExpectationPlan } from '../../harness/model/plan.ts'
import type { Exchange } from '../../harness/ports/target.ts'
import { describe } from '../kit/suite.ts'

function anAnswer(status: number, body = '', headers: Readonly<Record<string, string>> = {}): Exchange {
  return {
    status,
    body: Buffer.from(body),
    header: (name: string) => headers[name],
    errorKind: 0,
    errorText: '',
    bytesReceived: body.length,
  } as unknown as Exchange
}

function judged(plans: readonly ExpectationPlan[], answer: Exchange): string {
  compileExpectations(plans).judge(answer)
  return ERROR_KINDS[answer.errorKind] ?? ''
}

describe('Expectations', (test) => {
  test('take any status below 400 as good unless told', () => {
    assert.equal(
      [200, 302, 399, 400, 503].map((status) => judged([], anAnswer(status))),
      ['none', 'none', 'none', 'status', 'status'],
    )
    assert.is(judged([{ kind: 'body', value: { contains: 'x' } }], anAnswer(500, 'x')), 'status')
  })

  test('on a status take numbers, lists and families', () => {
    const of = (value: unknown, status: number) => judged([{ kind: 'status', value }], anAnswer(status))
    assert.equal(
      [of(404, 404), of(404, 200), of([200, 201], 201), of('2xx', 204), of('2xx', 301)],
      ['none', 'status', 'none', 'none', 'status'],
    )
  })

  test('on a body look for text, patterns and JSON values', () => {
    const of = (value: unknown, body: string) => judged([{ kind: 'body', value }], anAnswer(200, body))
    assert.equal(
      [of({ contains: 'cart' }, 'a cart'), of({ contains: 'cart' }, 'a car')],
      ['none', 'expectation'],
    )
    assert.equal([of({ matches: '^\\d+$' }, '42'), of({ matches: '^\\d+$' }, 'x')], ['none', 'expectation'])
    assert.equal(
      [
        of({ json: { 'a.b[0]': 1 } }, '{"a":{"b":[1]}}'),
        of({ json: { a: 2 } }, '{"a":1}'),
        of({ json: { a: 2 } }, 'no json'),
      ],
      ['none', 'expectation', 'expectation'],
    )
  })

  test('on headers and size', () => {
    assert.is(
      judged(
        [{ kind: 'header', value: { 'Content-Type': 'json' } }],
        anAnswer(200, '', { 'content-type': 'application/json' }),
      ),
      'none',
    )
    assert.is(judged([{ kind: 'header', value: { 'Content-Type': 'json' } }], anAnswer(200)), 'expectation')
    assert.equal(
      [3, 2].map((value) => judged([{ kind: 'maxBytes', value }], anAnswer(200, 'abc'))),
      ['none', 'expectation'],
    )
  })

  test('say what was wrong', () => {
    const answer = anAnswer(201)
    compileExpectations([{ kind: 'status', value: 200 }]).judge(answer)
    assert.is(answer.errorText, 'status 201, expected 200')
  })
})

describe('Extraction', (test) => {
  test('takes values from JSON, headers and text, or nothing', () => {
    const answer = anAnswer(200, '{"cart":{"ids":[7,8]}}', { location: '/c/7' })
    const of = (source: string) => compileExtraction(source)(answer)
    assert.equal(
      [of('json:cart.ids[1]'), of('header:Location'), of('regex:"ids":\\[(\\d+)'), of('json:nothing.here')],
      ['8', '/c/7', '7', undefined],
    )
    assert.throws(() => compileExtraction('xpath:/a'), /where to take/)
  })
})
