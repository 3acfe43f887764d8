// Stage 2 of the qualification: a surge of users on a service that fails meanwhile, and how soon it is itself again.
import { defineScenario, incident, operations, sandbox, think } from 'proofload'

export default defineScenario({
  name: 'short-incident',
  target: sandbox({ faults: [{ phase: 'storm', errors: { ratio: 0.3, status: 503 }, slow: { factor: 2 } }] }),
  workload: incident({ agents: 60, duration: '20s' }),
  warmUp: '2s',
  retry: { attempts: 3, backoff: '200ms', factor: 2, jitter: 0.5 },
  journeys: { respond: { steps: [operations(), think('200ms..600ms'), operations()] } },
  objectives: [{ expect: 'error_ratio < 50%', severity: 'critical' }],
})
