// Decisions of Open Policy Agent, of which every command of an agent waits for one. Needs OPA at 127.0.0.1:8181.
//   npx proofload run scenarios/examples/opa.ts
import { constantRate, defineScenario, http } from 'proofload'

const decide = (step: string, action: string, allowed: boolean) =>
  http.post('/v1/data/governance/allow', {
    step,
    component: 'policy',
    json: { input: { action, agent: 'agent-{{caller.id}}' } },
    // Without a result the package is not loaded: a decision that nobody made, with status 200.
    expect: { status: 200, body: { json: { result: allowed } } },
  })

export default defineScenario({
  name: 'opa',
  target: http({ url: 'http://127.0.0.1:8181' }),
  workload: constantRate({ rate: '50/s', duration: '30s' }),
  data: { caller: { rows: [{ id: '7' }, { id: '8' }], mode: 'circular' } },
  journeys: { decide: { steps: [decide('allow', 'deploy', true), decide('deny', 'forbidden', false)] } },
  objectives: [
    'p95(service_time) < 25ms',
    'p99(component_time{component=policy}) < 40ms',
    'error_ratio < 0.1%',
  ],
})
