// A release gate for a target that fails during the run: raises an alert, ends the load, rolls back, and verifies health.
//   npx proofload run scenarios/guarded.ts --arm-rollback
// and ten seconds later, from another terminal:
//   curl -X PUT http://127.0.0.1:7391/__faults -d '{"slow":{"factor":10}}'
import { command, consoleAlerts, constantRate, defineScenario, http, sandbox } from 'proofload'

const faults = 'http://127.0.0.1:7391/__faults'

export default defineScenario({
  name: 'guarded',
  target: sandbox({ port: 7391 }),
  workload: constantRate({ rate: '60/s', duration: '40s' }),
  warmUp: '2s',
  journeys: { browse: { steps: [http.get('/items/42', { expect: { status: 200 } })] } },
  objectives: [
    { expect: 'p99(response_time) < 100ms', window: '10s', grace: '5s', abort: true, rollback: true },
    { expect: 'error_ratio < 1%', severity: 'critical', window: '10s', rollback: true },
  ],
  alerts: { channels: { terminal: consoleAlerts() } },
  rollback: { procedures: { default: command(['curl', '-sSX', 'DELETE', faults]) }, validation: '5s' },
})
