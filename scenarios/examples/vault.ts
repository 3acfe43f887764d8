// A secret of Vault (key-value engine, version 2), as a service reads one when it starts. Needs Vault at 127.0.0.1:8200, and a token that
// may read the path in VAULT_TOKEN. The token is masked wherever the run writes; what the answers hold is never recorded.
//   VAULT_TOKEN=... npx proofload run scenarios/examples/vault.ts
import { constantRate, defineScenario, http, secret } from 'proofload'

export default defineScenario({
  name: 'vault',
  target: http({ url: 'http://127.0.0.1:8200', headers: { 'x-vault-token': secret('VAULT_TOKEN') } }),
  workload: constantRate({ rate: '20/s', duration: '30s' }),
  journeys: {
    read: {
      steps: [
        http.get('/v1/secret/data/proofload', {
          step: 'read',
          expect: { status: 200, body: { json: { 'data.metadata.version': 1 } } },
        }),
        // A path without a secret is 404 with no errors, which is no failure of Vault.
        http.get('/v1/secret/data/none', { step: 'read none', expect: { status: 404 } }),
      ],
    },
  },
  objectives: ['p99(service_time{step=read}) < 50ms', 'error_ratio < 0.1%'],
})
