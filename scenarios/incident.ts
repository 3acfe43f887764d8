// An incident: calm, then everybody comes at once, retries what fails, and drains away. What counts is how fast the
// service comes back.
//   npx proofload run scenarios/incident.ts
import { defineScenario, incident, operations, sandbox, think } from 'proofload'

export default defineScenario({
  name: 'incident',
  target: sandbox(),
  workload: incident({ agents: 400, duration: '60s' }),
  warmUp: '3s',

  // People do not give up at once: up to three attempts, with a growing, jittered pause.
  retry: { attempts: 3, backoff: '200ms', factor: 2, jitter: 0.5 },
  timeouts: { firstByte: '5s', total: '10s' },

  journeys: {
    respond: { steps: [operations(), think('200ms..600ms'), operations()] },
  },

  objectives: [
    // Under stress slower answers are fine ...
    'p95(response_time) < 500ms',
    { expect: 'error_ratio < 2%', severity: 'critical' },
    // ... but afterwards the service has to be itself again, soon.
    { expect: 'recovery_time{phase=storm} < 10s', severity: 'critical' },
    { expect: 'backlog_drain_time{phase=storm} < 15s', severity: 'major' },
    // The calm before says what "itself" is.
    'p95(response_time{phase=calm}) < 250ms',
  ],
})
