import * as assert from 'uvu/assert'
import { steps } from '../../harness/scenario/step-schema.ts'
import { aRequest } from '../kit/scenario-documents.ts'
import { describe } from '../kit/suite.ts'

const accepts = (step: unknown) => steps.safeParse([step]).success

describe('steps', (test) => {
  test('are requests, think time and commands of the catalogue', () => {
    assert.ok(accepts(aRequest('/')))
    assert.ok(accepts({ think: '1s..3s' }))
    assert.ok(accepts({ operations: {} }))
    assert.ok(accepts({ operations: { mix: { safe: 1, risky: 0, complex: 0 }, target: 'api' } }))
  })

  test('take expectations, extractions, retries and timeouts', () => {
    assert.ok(
      accepts(
        aRequest('/', {
          target: 'api',
          step: 'list',
          expect: { status: '2xx', body: { contains: 'x' }, header: { a: 'b' }, maxBytes: 9 },
          extract: { id: 'json:id' },
          retry: { attempts: 2 },
          timeouts: { total: '1s' },
        }),
      ),
    )
  })

  test('refuse what is none of these, or two at once', () => {
    for (const wrong of [
      {},
      { think: 5 },
      { think: '3s..1s' },
      { wait: '1s' },
      'think',
      { think: '1s', request: {} },
    ])
      assert.not.ok(accepts(wrong), JSON.stringify(wrong))
    assert.not.ok(accepts(aRequest('/', { expect: { stauts: 200 } })))
    assert.not.ok(accepts({ operations: { mix: { safe: 1, risky: -1, complex: 0 } } }))
  })
})
