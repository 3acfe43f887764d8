// Stage 2 of the qualification: a maintenance window with many risky and complex commands.
import { defineScenario, maintenance, operations, sandbox, think } from 'proofload'

export default defineScenario({
  name: 'short-maintenance',
  target: sandbox(),
  workload: maintenance({ agents: 20, duration: '14s' }),
  warmUp: '2s',
  journeys: { work: { steps: [operations(), think('50ms..200ms'), operations()] } },
  objectives: ['p95(response_time) < 400ms'],
})
