// The drill of stage 3: a release that fails every other request. Its rollback makes the sandbox answer again.
import { command, constantRate, defineScenario, http, sandbox } from 'proofload'

const FAULTS = 'http://127.0.0.1:7392/__faults'

export default defineScenario({
  name: 'broken-release',
  target: sandbox({ port: 7392, faults: { errors: { ratio: 0.5, status: 503 } } }),
  workload: constantRate({ rate: '40/s', duration: '5s' }),
  warmUp: '1s',
  journeys: { browse: { steps: [http.get('/items/42')] } },
  objectives: [{ expect: 'error_ratio < 1%', severity: 'critical', rollback: true }],
  rollback: {
    procedures: { default: command(['node', '-e', `fetch('${FAULTS}', { method: 'DELETE' })`]) },
    validation: '3s',
    minRequests: 50,
  },
})
