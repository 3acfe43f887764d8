// The work of `proofload run URL` over TLS, with a certificate that nobody signed.
import { constantAgents, defineScenario, http } from 'proofload'

export default defineScenario({
  name: 'get-secure',
  target: http({ url: 'https://127.0.0.1:8443', tls: { verify: false } }),
  workload: constantAgents({ agents: 50, duration: '10s' }),
  journeys: { get: { steps: [http.get('/')] } },
})
