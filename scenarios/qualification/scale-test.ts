// Stage 2 of the qualification: a staircase of agents, and a hold at its top.
import { defineScenario, operations, sandbox, scaleTest } from 'proofload'

export default defineScenario({
  name: 'short-scale-test',
  target: sandbox(),
  workload: scaleTest({ agents: 120, rate: '50/s', steps: 3, stepFor: '2s', hold: '8s' }),
  warmUp: '2s',
  journeys: { work: { steps: [operations()] } },
  objectives: ['p95(response_time) < 300ms'],
})
