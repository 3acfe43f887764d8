// A smoke test of ten seconds: five agents on the embedded sandbox.
//   npx proofload run scenarios/smoke.ts
import { constantAgents, defineScenario, http, sandbox, think } from 'proofload'

export default defineScenario({
  name: 'smoke',
  target: sandbox(),
  workload: constantAgents({ agents: 5, duration: '10s' }),
  warmUp: '1s',
  journeys: {
    browse: {
      steps: [http.get('/items', { expect: { status: 200 } }), think('20ms..60ms'), http.get('/items/42')],
    },
  },
  objectives: ['p95(response_time) < 100ms', 'error_ratio < 1%'],
})
