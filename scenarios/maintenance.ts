// A maintenance window: few agents with many risky and complex commands, in a window of batch operations.
//   npx proofload run scenarios/maintenance.ts
import { defineScenario, maintenance, operations, sandbox, think } from 'proofload'

export default defineScenario({
  name: 'maintenance',
  target: sandbox(),
  workload: maintenance({ agents: 50, duration: '40s' }),
  warmUp: '2s',

  journeys: {
    // A batch is several commands in succession; the agent reads each result before the next command.
    batch: {
      weight: 1,
      steps: [operations(), think('50ms..200ms'), operations(), think('50ms..200ms'), operations()],
    },
    look: { weight: 1, steps: [operations({ mix: { safe: 1, risky: 0, complex: 0 } })] },
  },

  objectives: [
    // Batch work may be slow, but it must succeed.
    { expect: 'p95(response_time{phase=window}) < 300ms', severity: 'major' },
    'p95(response_time{step=safe}) < 80ms',
    { expect: 'error_ratio < 1%', severity: 'critical' },
  ],
})
