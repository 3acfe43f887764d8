// An incident: normal load, then a surge of users on a service that breaks: half of its answers fail while it storms, it stays slow
// for a while in the drain, and users retry what failed. The objectives limit how long the service takes to recover.
//   npx proofload run scenarios/incident.ts
import { defineScenario, incident, operations, sandbox, think } from 'proofload'

export default defineScenario({
  name: 'incident',
  target: sandbox({
    faults: [
      { phase: 'storm', errors: { ratio: 0.5, status: 503 }, slow: { factor: 3 } },
      // Caches are cold and queues are full: it does not recover at once.
      { phase: 'drain', until: '3s', slow: { factor: 4 } },
    ],
  }),
  workload: incident({ agents: 400, duration: '60s' }),
  warmUp: '3s',

  // Users retry before they give up: up to three attempts, with a growing, jittered pause.
  retry: { attempts: 3, backoff: '200ms', factor: 2, jitter: 0.5 },
  timeouts: { firstByte: '5s', total: '10s' },

  journeys: {
    respond: { steps: [operations(), think('200ms..600ms'), operations()] },
  },

  objectives: [
    // Slower answers are acceptable during the storm, and failed ones there only ...
    'p95(response_time) < 2s',
    { expect: 'error_ratio < 50%', severity: 'critical' },
    { expect: 'error_ratio{phase=drain} < 1%', severity: 'critical' },
    // ... but afterwards the service must soon be as fast as before.
    { expect: 'recovery_time{phase=storm} < 15s', severity: 'critical' },
    { expect: 'backlog_drain_time{phase=storm} < 15s', severity: 'major' },
    // The normal load before the surge sets the reference.
    'p95(response_time{phase=calm}) < 250ms',
    { expect: 'error_ratio{phase=calm} < 1%', severity: 'critical' },
  ],
})
