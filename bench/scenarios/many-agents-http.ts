// A hundred thousand agents that share connections, each a request every ten seconds: 10,000 requests a second.
import { constantAgents, defineScenario, http } from 'proofload'

export default defineScenario({
  name: 'many-agents-http',
  target: http({ url: 'http://127.0.0.1:8080' }),
  workload: constantAgents({ agents: 100_000, duration: '25s', pacing: '10s' }),
  connections: 500,
  warmUp: '5s',
  journeys: { get: { steps: [http.get('/')] } },
})
