import * as assert from 'uvu/assert'
import { Template } from '../../harness/base/template.ts'
import { compileBody, hasOneBody } from '../../harness/targets/payload.ts'
import { describe } from '../kit/suite.ts'

const variables = (name: string) => ({ id: '"7"' })[name]

describe('The body of a message', (test) => {
  test('is text, JSON with its variables made safe, or so many bytes', () => {
    const texts = [{ payload: 'no {{id}}' }, { json: { id: '{{id}}' } }, { size: '4B' }, {}].map((settings) =>
      compileBody(settings, Template.parse)(variables).toString(),
    )

    assert.equal(texts, ['no "7"', '{"id":"\\"7\\""}', 'xxxx', ''])
  })

  test('is made once where nothing in it changes', () => {
    const make = compileBody({ payload: 'always' }, Template.parse)

    assert.is(make(variables), make(variables))
  })

  test('is one', () => {
    assert.not(hasOneBody({ payload: 'a', size: '1B' }))
  })
})
