import * as assert from 'uvu/assert'
import type { RunPlan } from '../../harness/model/plan.ts'
import { plannedConnections } from '../../harness/preflight/planned-connections.ts'
import { targets } from '../../harness/targets/index.ts'
import { aRunPlan, aWorkload } from '../kit/plan-builders.ts'
import { describe } from '../kit/suite.ts'

const http = { plugin: 'http', config: {} }
const connectionsOf = (plan: RunPlan) => plannedConnections({ plan, target: targets.get })
const workload = aWorkload({ agents: 50 })

describe('plannedConnections', (test) => {
  test('is one an agent and target', () => {
    assert.is(connectionsOf(aRunPlan({ workload, targets: { a: http } })), 50)
    assert.is(connectionsOf(aRunPlan({ workload, targets: { a: http, b: http } })), 100)
  })

  test('is the shared pool where the scenario has one', () => {
    assert.is(connectionsOf(aRunPlan({ workload, targets: { a: http }, connections: 8 })), 8)
  })

  test('does not count functions: they are called, not connected to', () => {
    assert.is(connectionsOf(aRunPlan({ workload, targets: { a: { plugin: 'function', config: {} } } })), 0)
  })
})
