// Stage 2 of the qualification: a working day in fifteen seconds.
import { businessHours, defineScenario, operations, sandbox, think } from 'proofload'

export default defineScenario({
  name: 'short-business-hours',
  target: sandbox(),
  workload: businessHours({ agents: 60, day: '15s', think: '1s..3s' }),
  warmUp: '2s',
  journeys: { work: { steps: [operations(), think('500ms..1500ms'), operations()] } },
  objectives: ['p95(response_time{step=safe}) < 100ms'],
})
