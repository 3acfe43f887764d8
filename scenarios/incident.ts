// An incident: normal load, then a surge of users who retry failed requests, then a decline. The objectives limit how long the
// service takes to recover.
//   npx proofload run scenarios/incident.ts
import { defineScenario, incident, operations, sandbox, think } from 'proofload'

export default defineScenario({
  name: 'incident',
  target: sandbox(),
  workload: incident({ agents: 400, duration: '60s' }),
  warmUp: '3s',

  // Users retry before they give up: up to three attempts, with a growing, jittered pause.
  retry: { attempts: 3, backoff: '200ms', factor: 2, jitter: 0.5 },
  timeouts: { firstByte: '5s', total: '10s' },

  journeys: {
    respond: { steps: [operations(), think('200ms..600ms'), operations()] },
  },

  objectives: [
    // Slower answers are acceptable during the surge ...
    'p95(response_time) < 500ms',
    { expect: 'error_ratio < 2%', severity: 'critical' },
    // ... but afterwards the service must soon be as fast as before.
    { expect: 'recovery_time{phase=storm} < 10s', severity: 'critical' },
    { expect: 'backlog_drain_time{phase=storm} < 15s', severity: 'major' },
    // The normal load before the surge sets the reference.
    'p95(response_time{phase=calm}) < 250ms',
  ],
})
