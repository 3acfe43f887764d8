import * as assert from 'uvu/assert'
import { plannedConnections } from '../../harness/preflight/planned-connections.ts'
import { aRunPlan, aWorkload } from '../kit/plan-builders.ts'
import { describe } from '../kit/suite.ts'

const http = { plugin: 'http', config: {} }
const workload = aWorkload({ agents: 50 })

describe('plannedConnections', (test) => {
  test('is one an agent and target', () => {
    assert.is(plannedConnections(aRunPlan({ workload, targets: { a: http } })), 50)
    assert.is(plannedConnections(aRunPlan({ workload, targets: { a: http, b: http } })), 100)
  })

  test('is the shared pool where the scenario has one', () => {
    assert.is(plannedConnections(aRunPlan({ workload, targets: { a: http }, connections: 8 })), 8)
  })

  test('does not count functions: they are called, not connected to', () => {
    assert.is(
      plannedConnections(aRunPlan({ workload, targets: { a: { plugin: 'function', config: {} } } })),
      0,
    )
  })
})
