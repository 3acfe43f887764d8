import * as assert from 'uvu/assert'
import { compileExpectations, expectations } from '../../harness/expectations/index.ts'
import { ERROR_KINDS } from '../../harness/model/outcome.ts'
import { noStatus } from '../../harness/targets/no-status.ts'
import { anExchange } from '../kit/exchanges.ts'
import { HTTP } from '../kit/expectations.ts'
import { describe } from '../kit/suite.ts'

/** Error kind and text that the expectations give an answer. */
function judged(plans: Parameters<typeof compileExpectations>[0], answer = anExchange()) {
  compileExpectations(plans, HTTP).judge(answer)
  return [ERROR_KINDS[answer.errorKind], answer.errorText]
}

describe('compileExpectations', (test) => {
  test('asks the target which status is good when nothing is said', () => {
    assert.equal(judged([], anExchange({ status: 204 })), ['none', ''])
    assert.equal(judged([], anExchange({ status: 399 })), ['none', ''])
    assert.equal(judged([], anExchange({ status: 400 })), ['status', 'HTTP 400'])
  })

  test('takes any answer of a target without statuses for good', () => {
    const answer = anExchange({ status: 0 })
    compileExpectations([], { ...HTTP, status: noStatus }).judge(answer)
    assert.is(answer.errorKind, 0)
  })

  test('still looks at the status when only the body is expected', () => {
    const plans = [{ kind: 'body', value: { contains: 'x' } }]

    assert.equal(judged(plans, anExchange({ status: 500, body: 'x' })), ['status', 'HTTP 500'])
  })

  test('lets an expected status stand, even a bad one', () => {
    assert.equal(judged([{ kind: 'status', value: 404 }], anExchange({ status: 404 })), ['none', ''])
  })

  test('names the first miss only, under the kind of that expectation', () => {
    const plans = [
      { kind: 'status', value: 200 },
      { kind: 'body', value: { contains: 'x' } },
      { kind: 'maxBytes', value: 1 },
    ]

    assert.equal(judged(plans, anExchange({ status: 201 })), ['status', 'HTTP 201, expected 200'])
    assert.equal(judged(plans), ['expectation', 'the body does not contain "x", it is ""'])
  })

  test('fills variables in, and names the one that is not set', () => {
    const plans = [{ kind: 'body', value: { contains: 'hello {{u.name}}' } }]
    const answer = anExchange({ body: 'hello ann' })

    assert.equal(judged(plans, { ...answer, variables: () => 'ann' }), ['none', ''])
    assert.equal(judged(plans, { ...answer, variables: () => 'bob' }), [
      'expectation',
      'the body does not contain "hello bob", it is "hello ann"',
    ])
    assert.equal(judged(plans, answer), ['expectation', "the variable 'u.name' is not set"])
  })

  test('has the answer kept only when one of them looks into it', () => {
    assert.not.ok(compileExpectations([], HTTP).needsAnswer)
    assert.not.ok(compileExpectations([{ kind: 'status', value: 200 }], HTTP).needsAnswer)
    assert.ok(compileExpectations([{ kind: 'header', value: { a: 'b' } }], HTTP).needsAnswer)
  })

  test('refuses a kind that does not exist and names the nearest', () => {
    assert.throws(
      () => compileExpectations([{ kind: 'stauts', value: 200 }], HTTP),
      (error: { hint?: string }) => /Did you mean 'status'/.test(error.hint ?? ''),
    )
  })
})

describe('expectations', (test) => {
  test('are documented, each for editors', () => {
    for (const { name, schema } of expectations.all) assert.ok(schema.description, name)
  })
})
