// A maintenance window: few agents, much of it risky and complex, in a window of batch operations.
//   npx proofload run scenarios/maintenance.ts
import { defineScenario, maintenance, operations, sandbox, think } from 'proofload'

export default defineScenario({
  name: 'maintenance',
  target: sandbox(),
  workload: maintenance({ agents: 50, duration: '40s' }),
  warmUp: '2s',

  journeys: {
    // A batch is several commands in a row; the agent looks at each result before the next.
    batch: {
      weight: 1,
      steps: [operations(), think('50ms..200ms'), operations(), think('50ms..200ms'), operations()],
    },
    look: { weight: 1, steps: [operations({ mix: { safe: 1, risky: 0, complex: 0 } })] },
  },

  objectives: [
    // Batch work may take its time, but it has to come through.
    { expect: 'p95(response_time{phase=window}) < 300ms', severity: 'major' },
    'p95(response_time{step=safe}) < 80ms',
    { expect: 'error_ratio < 1%', severity: 'critical' },
  ],
})
