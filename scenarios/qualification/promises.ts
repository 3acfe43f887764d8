// Stage 3 of the qualification: what users were promised, under a steady load.
import { constantRate, defineScenario, operations, sandbox } from 'proofload'

export default defineScenario({
  name: 'promises',
  target: sandbox(),
  workload: constantRate({ rate: '60/s', duration: '15s' }),
  warmUp: '2s',
  journeys: { work: { steps: [operations()] } },
  objectives: [
    { expect: 'share(response_time{step=safe} <= 150ms) >= 99%', severity: 'critical' },
    'p95(response_time) < 300ms',
    { expect: 'error_ratio < 1%', severity: 'critical' },
  ],
})
