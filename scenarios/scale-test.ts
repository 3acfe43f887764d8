// A staircase to 1,200 agents and a hold: 500 requests a second at the top.
//   npx proofload run scenarios/scale-test.ts --json
import { defineScenario, operations, sandbox, scaleTest } from 'proofload'

export default defineScenario({
  name: 'scale-test',
  target: sandbox(),

  // Every agent starts a journey each 1,200 / 500 = 2.4 s, so the plan says exactly how many journeys there are.
  workload: scaleTest({ agents: 1200, rate: '500/s', steps: 6, stepFor: '5s', hold: '30s' }),
  warmUp: '5s',

  journeys: { work: { steps: [operations()] } },

  objectives: [
    { expect: 'plan_kept >= 99%', severity: 'critical' },
    'share(response_time{step=safe} <= 100ms) >= 99%',
    'p95(response_time) < 250ms',
    'error_ratio < 1%',
  ],
})
