// A maintenance window: few agents with many risky and complex commands, and batches that take seconds.
//   npx proofload run scenarios/maintenance.ts
import { defineScenario, http, maintenance, operations, sandbox, think } from 'proofload'

export default defineScenario({
  name: 'maintenance',
  target: sandbox(),
  workload: maintenance({ agents: 50, duration: '40s' }),
  warmUp: '2s',

  journeys: {
    // Several commands in succession; the agent reads each result before the next command.
    work: {
      weight: 1,
      steps: [operations(), think('50ms..200ms'), operations(), think('50ms..200ms'), operations()],
    },
    // The long ones: 1 to 4 s each. Nearly all fall into the window, where five times as many agents work.
    batch: { weight: 0.15, steps: [http.post('/batches/index-rebuild'), http.post('/batches/log-archive')] },
    look: { weight: 1, steps: [operations({ mix: { safe: 1, risky: 0, complex: 0 } })] },
  },

  objectives: [
    // Batches may take their time, but they must not slow down the commands beside them, and all must succeed.
    { expect: 'share(response_time{step=POST /batches/index-rebuild} <= 5s) >= 80%', severity: 'major' },
    { expect: 'p95(response_time{step=complex}) < 300ms', severity: 'major' },
    'p95(response_time{step=safe}) < 80ms',
    { expect: 'error_ratio < 1%', severity: 'critical' },
  ],
})
