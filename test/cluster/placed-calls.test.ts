import * as assert from 'uvu/assert'
import { countersOf, withPlacedCalls } from '../../harness/cluster/placed-calls.ts'
import { aRunPlan } from '../kit/plan-builders.ts'
import { describe } from '../kit/suite.ts'

describe('calls in a plan', (test) => {
  test('get a label each, but those that have one, and nothing else is touched', () => {
    const bytes = new Uint8Array([1])
    const request = {
      path: '/{{users.id}}/{{uuid()}}/\\{{uuid()}}',
      json: { id: '{{= randomInteger(1, 6)}}', key: '{{uuid()#order}}', n: 3, 'k{{uuid()}}': [true] },
      bytes,
    }

    const placed = withPlacedCalls(request, 'buy')
    const label = /#@(\w+)\.0/.exec(placed.path)?.[1]
    assert.equal(placed, {
      path: `/{{users.id}}/{{uuid()#@${label}.0}}/\\{{uuid()}}`,
      json: {
        id: `{{= randomInteger(1, 6)#@${label}.1}}`,
        key: '{{uuid()#order}}',
        n: 3,
        [`k{{uuid()#@${label}.3}}`]: [true],
      },
      bytes,
    })
    assert.equal(withPlacedCalls(placed, 'other'), placed)
  })

  test('count with the counters that are named anywhere', () => {
    const planOf = (path: string, row: string) =>
      aRunPlan({
        feeders: { order: { mode: 'circular', rows: [{ id: row }] } },
        targets: { main: { plugin: 'http', config: { headers: { 'x-id': path } } } },
      })
    assert.equal(countersOf(planOf('{{counter(b)}}{{counter()}}', '{{= counter(a, 5)}}')), ['', 'a', 'b'])
    assert.equal(countersOf(planOf('{{uuid()}}', '')), [])
    assert.is(countersOf(planOf('{{agent.id}}', '')), null)
  })
})
