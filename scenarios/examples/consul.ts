// A key of Consul, written once by each run and read under load. Needs Consul at 127.0.0.1:8500, and its token in CONSUL_TOKEN.
//   CONSUL_TOKEN=... npx proofload run scenarios/examples/consul.ts
import { constantRate, defineScenario, http, secret } from 'proofload'

const KEY = '/v1/kv/proofload/limits/agents'

export default defineScenario({
  name: 'consul',
  target: http({ url: 'http://127.0.0.1:8500', headers: { 'x-consul-token': secret('CONSUL_TOKEN') } }),
  workload: constantRate({ rate: '50/s', duration: '30s' }),
  journeys: {
    read: {
      weight: 20,
      steps: [
        http.put(KEY, { step: 'put', body: '250', expect: { status: 200, body: { contains: 'true' } } }),
        // Values come as base64: this is 250.
        http.get(KEY, { step: 'get', expect: { status: 200, body: { json: { '[0].Value': 'MjUw' } } } }),
        // Any server answers, perhaps with what was true a moment ago: what a client should use where it may.
        http.get(`${KEY}?stale`, { step: 'get stale', expect: { status: 200 } }),
      ],
    },
  },
  objectives: [
    'p99(service_time{step=get}) < 20ms',
    'p99(service_time{step=get stale}) < 10ms',
    'error_ratio < 0.1%',
  ],
})
