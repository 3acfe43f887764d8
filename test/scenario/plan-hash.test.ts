import * as assert from 'uvu/assert'
import type { RunPlan } from '../../harness/model/plan.ts'
import { canonicalJson, hashPlan } from '../../harness/scenario/plan-hash.ts'
import { resolveScenario } from '../../harness/scenario/resolve.ts'
import { aDocument, planOf } from '../kit/scenario-documents.ts'
import { describe } from '../kit/suite.ts'

const hashOf = (changes: Record<string, unknown> = {}) => hashPlan(planOf(aDocument(changes)))
const open = { pattern: 'constant-rate', rate: '10/s', duration: '2s', arrivals: 'poisson' }

describe('hashPlan', (test) => {
  test('is 64 hex digits and the same for the same scenario and seed', () => {
    assert.match(hashOf(), /^[0-9a-f]{64}$/)
    assert.is(hashOf({ workload: open }), hashOf({ workload: open }))
  })

  test('differs with the seed', () => {
    const hash = (seed: number) => hashPlan(resolveScenario(aDocument(), {}, seed))

    assert.is.not(hash(1), hash(2))
  })

  test('differs with whatever shapes the load or the verdict', () => {
    const changes = [
      { workload: { pattern: 'constant-agents', agents: 4, duration: '10s' } },
      { journeys: { buy: { steps: [{ request: { path: '/other' } }] } } },
      { journeys: { sell: { steps: [{ request: { path: '/items' } }] } } },
      { warmUp: '1s' },
      { objectives: ['error_ratio < 1%'] },
      { data: { a: { rows: [{ x: 1 }] } } },
      { timeouts: { total: '1s' } },
      { login: { steps: [{ request: { path: '/login' } }] } },
      { login: { steps: [{ request: { path: '/login' } }] }, loginRetry: { backoff: '2s' } },
    ]
    const hashes = [hashOf(), ...changes.map(hashOf)]

    assert.is(new Set(hashes).size, hashes.length)
  })

  test('does not differ with where the target is, so that two builds compare', () => {
    const at = (url: string) =>
      hashOf({ target: { plugin: 'http', config: { url } }, allowHosts: [new URL(url).hostname] })

    assert.is(at('http://127.0.0.1:1'), at('http://build-2.example:8080'))
  })

  test('does not differ with the pictures that are looked at when the load is over', () => {
    assert.is(hashOf({ visuals: { homepage: { file: 'out.png' } } }), hashOf())
  })

  test('does not depend on the order of keys', () => {
    const plan = planOf(aDocument())
    const reversed = Object.fromEntries(Object.entries(plan).reverse()) as unknown as RunPlan

    assert.is(hashPlan(reversed), hashPlan(plan))
  })
})

describe('canonicalJson', (test) => {
  test('orders keys at every depth and leaves lists alone', () => {
    assert.is(canonicalJson({ b: [2, 1, { d: 1, c: 2 }], a: null }), '{"a":null,"b":[2,1,{"c":2,"d":1}]}')
  })
})
