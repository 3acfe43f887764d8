// A working day of 250 agents in three regions, compressed into 50 seconds, on the embedded sandbox.
//   npx proofload run scenarios/business-hours.ts
//   npx proofload run scenarios/business-hours.ts --target http://127.0.0.1:8080 --duration 10m
import { businessHours, defineScenario, operations, sandbox, think } from 'proofload'

export default defineScenario({
  name: 'business-hours',
  target: sandbox(),

  // 24 hours in 50 seconds: two humps with a lunch dip, summed over time zones; 250 agents at the peak.
  workload: businessHours({ agents: 250, day: '50s', think: '1s..3s' }),
  warmUp: '3s',

  journeys: {
    // 70 % safe, 20 % risky, 10 % complex commands out of the sandbox's catalogue; complex ones may escalate to an expert.
    work: { steps: [operations(), think('500ms..1500ms'), operations()] },
  },

  objectives: [
    // Safe commands take the fast path and must feel instant.
    { expect: 'share(response_time{step=safe} <= 100ms) >= 99%', severity: 'critical' },
    'p95(response_time{step=safe}) < 60ms',
    // A model judges risky commands, an expert judges complex ones, so both have their own bounds.
    'p95(response_time{step=risky}) < 150ms',
    'p95(response_time{step=complex}) < 250ms',
    'error_ratio < 1%',
  ],
})
