import * as assert from 'uvu/assert'
import { scenarioSchema } from '../../harness/scenario/schema.ts'
import { aDocument, problemsOf } from '../kit/scenario-documents.ts'
import { describe } from '../kit/suite.ts'

const accepts = (changes: Record<string, unknown>) => scenarioSchema.safeParse(aDocument(changes)).success
const pathsIn = (changes: Record<string, unknown>) => problemsOf(aDocument(changes)).map(({ path }) => path)

describe('scenarioSchema', (test) => {
  test('takes the smallest scenario there is', () => {
    assert.ok(accepts({}))
  })

  test('takes everything a scenario may hold, at once', () => {
    assert.ok(
      accepts({
        $schema: './proofload.schema.json',
        description: 'all of it',
        targets: { store: { plugin: 'sandbox' } },
        login: { $code: 'login' },
        loginRetry: { backoff: '500ms', maxBackoff: '1m' },
        setup: { $code: 'setup' },
        teardown: { $code: 'teardown' },
        data: { users: { mode: 'unique', rows: [{ name: 'ada', age: 36, admin: true }] } },
        objectives: [
          'error_ratio < 1%',
          {
            expect: 'p99(response_time) < 1s',
            severity: 'critical',
            role: 'handler',
            minSamples: 10,
            onNoData: 'inconclusive',
            window: '10s',
            for: '30s',
            grace: '5s',
            abort: true,
            rollback: 'deploy',
            owner: 'team',
            runbook: 'https://runbook.example',
            impact: 7,
            benefit: 40_000,
            cost: 0.5,
          },
        ],
        timeouts: { connect: '1s', firstByte: '2s', total: '3s' },
        retry: { attempts: 3, on: ['status'], backoff: '1s', factor: 3, maxBackoff: '5s', jitter: 0 },
        warmUp: '1s',
        drain: '5s',
        connections: 8,
        seed: 4294967295,
        allowHosts: ['shop.example'],
        secrets: ['TOKEN'],
        environments: { development: {}, staging: { seed: 1 }, production: {} },
      }),
    )
  })

  test('takes benefit and cost of an objective together, the cost above 0', () => {
    const objective = (settings: object) => ({ objectives: [{ expect: 'error_ratio < 1%', ...settings }] })
    assert.equal(pathsIn(objective({ benefit: 0, cost: 1 })), [])
    assert.equal(pathsIn(objective({ benefit: 10 })), ['objectives[0]'])
    assert.equal(pathsIn(objective({ cost: 10 })), ['objectives[0]'])
    assert.equal(pathsIn(objective({ benefit: 10, cost: 0 })), ['objectives[0].cost'])
    assert.equal(pathsIn(objective({ benefit: -1, cost: 1 })), ['objectives[0].benefit'])
  })

  test('needs a name that can be a folder', () => {
    for (const name of ['', 'a b', '../up', 'a/b', 5]) assert.equal(pathsIn({ name }), ['name'], String(name))
  })

  test('needs journeys with weights above 0 and at least one step', () => {
    assert.equal(pathsIn({ journeys: {} }), ['journeys'])
    assert.equal(pathsIn({ journeys: { a: { steps: [] } } }), ['journeys.a.steps'])
    for (const weight of [0, -1])
      assert.equal(pathsIn({ journeys: { a: { weight, run: { $code: 'journeys.a.run' } } } }), [
        'journeys.a.weight',
      ])
  })

  test('lets a journey be steps or code, not both', () => {
    const journey = { steps: [{ think: '1s' }], run: { $code: 'journeys.a.run' } }

    assert.equal(pathsIn({ journeys: { a: journey } }), ['journeys.a.run'])
  })

  test('keeps numbers in their bounds', () => {
    assert.equal(pathsIn({ seed: -1, connections: 0 }).sort(), ['connections', 'seed'])
    assert.equal(pathsIn({ seed: 2 ** 32 }), ['seed'])
    assert.equal(pathsIn({ objectives: [{ expect: 'error_ratio < 1%', impact: 11 }] }), [
      'objectives[0].impact',
    ])
  })

  test('takes rows from exactly one place', () => {
    assert.equal(pathsIn({ data: { a: {} } }), ['data.a'])
    assert.equal(pathsIn({ data: { a: { rows: [{ x: 1 }], csv: 'x.csv' } } }), ['data.a'])
  })
})
