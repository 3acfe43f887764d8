import * as assert from 'uvu/assert'
import { aDocument, planOf, problemsOf } from '../kit/scenario-documents.ts'
import { describe } from '../kit/suite.ts'

const withData = (data: unknown) => aDocument({ data })

describe('resolveFeeders', (test) => {
  test('gives rows as text, going round unless said', () => {
    const { feeders } = planOf(withData({ items: { rows: [{ id: 1, sold: false, name: 'lamp' }] } }))

    assert.equal(feeders, { items: { mode: 'circular', rows: [{ id: '1', sold: 'false', name: 'lamp' }] } })
  })

  test('keeps the mode that was asked for', () => {
    for (const mode of ['unique', 'circular', 'random', 'shuffle', 'per-agent'])
      assert.is(planOf(withData({ a: { mode, rows: [{ x: 1 }] } })).feeders['a']?.mode, mode)
  })

  test('refuses a feeder without rows', () => {
    assert.equal(problemsOf(withData({ a: { rows: [] } })), [
      { path: 'data.a', message: 'no rows', expected: 'at least one row' },
    ])
  })

  test('takes fields made by a law, and refuses what does not go with them', () => {
    const generate = { id: { law: 'zipf', max: 10 } }
    assert.equal(planOf(withData({ key: { generate } })).feeders['key'], {
      mode: 'circular',
      rows: [],
      generate,
    })
    assert.is(problemsOf(withData({ key: { generate: {} } }))[0]?.message, 'no fields')
    for (const more of [{ mode: 'random' }, { rows: [{ a: 1 }] }])
      assert.is(problemsOf(withData({ key: { generate, ...more } })).length, 1)
    assert.is(problemsOf(withData({ key: { generate: { id: { law: 'zipf', max: 0 } } } })).length, 1)
  })

  test('refuses feeders that refer to each other in a circle, and names the circle', () => {
    const data = {
      users: { rows: [{ name: '{{teams.lead}}' }] },
      teams: { rows: [{ lead: '{{sites.head}}' }] },
      sites: { rows: [{ head: 'x' }, { head: '{{users.name}}' }] },
    }

    assert.equal(problemsOf(withData(data)), [
      {
        path: 'data.users',
        message: 'feeders refer to each other in a circle: users -> teams -> sites -> users',
        expected: 'rows that refer only to feeders which do not refer back',
      },
    ])
  })

  test('finds a circle that does not begin with the first feeder, and a feeder that is one by itself', () => {
    const message = (data: unknown) => problemsOf(withData(data))[0]?.message ?? ''

    assert.match(
      message({
        a: { rows: [{ x: '{{b.x}}' }] },
        b: { rows: [{ x: '{{c.x}}' }] },
        c: { rows: [{ x: '{{b.x}}' }] },
      }),
      'b -> c -> b',
    )
    assert.match(message({ a: { rows: [{ x: '{{a.y}}', y: '1' }] } }), 'a -> a')
  })

  test('takes rows that refer to another feeder and not back', () => {
    const data = { users: { rows: [{ team: '{{teams.id}}' }] }, teams: { rows: [{ id: 't1' }] } }

    assert.equal(problemsOf(withData(data)), [])
  })

  test('refuses names that mean something else in a variable', () => {
    assert.match(
      problemsOf(withData({ secret: { rows: [{ x: 1 }] } }))[0]?.message ?? '',
      'meaning of its own',
    )
    assert.is(problemsOf(withData({ agent: { rows: [{ x: 1 }] } })).length, 1)
  })
})
