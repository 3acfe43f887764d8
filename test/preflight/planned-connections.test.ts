import * as assert from 'uvu/assert'
import type { RunPlan } from '../../harness/model/plan.ts'
import { plannedConnections } from '../../harness/preflight/planned-connections.ts'
import { targets } from '../../harness/targets/index.ts'
import { aRunPlan, aWorkload } from '../kit/plan-builders.ts'
import { describe } from '../kit/suite.ts'

const http = { plugin: 'http', config: {} }
const connectionsOf = (plan: RunPlan) => {
  const { needed, possible } = plannedConnections({ plan, target: targets.get })
  return [needed, possible]
}
const workloads = [aWorkload({ agents: 50 })]

describe('plannedConnections', (test) => {
  test('is one an agent and target', () => {
    assert.equal(connectionsOf(aRunPlan({ workloads, targets: { a: http } })), [50, 50])
    assert.equal(connectionsOf(aRunPlan({ workloads, targets: { a: http, b: http } })), [100, 100])
  })

  test('is the shared pool where the scenario has one', () => {
    assert.equal(connectionsOf(aRunPlan({ workloads, targets: { a: { ...http, connections: 8 } } })), [8, 8])
  })

  test('does not count functions: they are called, not connected to', () => {
    assert.equal(
      connectionsOf(aRunPlan({ workloads, targets: { a: { plugin: 'function', config: {} } } })),
      [0, 0],
    )
  })

  test('may be several an agent and target where code sends the requests, but for HTTP/2', () => {
    const journeys = [{ name: 'main', weight: 1, steps: null }]
    const several = { workloads, journeys, connectionsPerAgent: 4 }
    const http2 = { plugin: 'http', config: { version: 2 } }

    assert.equal(connectionsOf(aRunPlan({ ...several, targets: { a: http } })), [50, 200])
    assert.equal(connectionsOf(aRunPlan({ ...several, targets: { a: http, b: http2 } })), [100, 250])
    assert.equal(connectionsOf(aRunPlan({ ...several, targets: { a: { ...http, connections: 8 } } })), [8, 8])
    assert.equal(
      connectionsOf(aRunPlan({ ...several, journeys: [], login: 'code', targets: { a: http } })),
      [50, 200],
    )
  })
})
