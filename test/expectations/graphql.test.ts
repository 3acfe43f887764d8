import * as assert from 'uvu/assert'
import { Template } from '../../harness/base/template.ts'
import { graphql } from '../../harness/expectations/graphql.ts'
import { noStatus } from '../../harness/targets/no-status.ts'
import { anExchange } from '../kit/exchanges.ts'
import { describe } from '../kit/suite.ts'

const judge = graphql.compile(true, { status: noStatus, template: Template.parse })
const missOf = (body: string) => judge(anExchange({ body }))

describe('expect: graphql', (test) => {
  test('takes an answer with data and no errors', () => {
    for (const body of [
      '{"data":{"item":null}}',
      '{"data":null,"errors":[]}',
      '{"data":{},"extensions":{"cost":1}}',
    ])
      assert.is(missOf(body), null, body)
  })

  test('fails with the first message, whatever data came with it', () => {
    assert.is(
      missOf('{"data":{"item":1},"errors":[{"message":"not yours"},{"message":"nor that"}]}'),
      'not yours',
    )
    assert.is(missOf('{"errors":[{"path":["item"]}]}'), 'an error without a message')
  })

  test('fails with what the answer is instead', () => {
    assert.match(missOf('<html>') ?? '', /no GraphQL answer: /)
    for (const body of ['{}', '[]', '{"errors":"all"}', '{"errors":[1]}', 'null'])
      assert.is(missOf(body), 'no GraphQL answer: neither data nor errors', body)
  })
})
