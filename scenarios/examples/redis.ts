// A cache: nine reads to one write, keys by popularity. Needs a Redis or Valkey server on 127.0.0.1:6379.
//   npx proofload run scenarios/examples/redis.ts
import { constantRate, defineScenario, feeder, redis } from 'proofload'

export default defineScenario({
  name: 'redis-cache',
  target: redis({ url: 'redis://127.0.0.1:6379' }),
  connections: 10,
  workload: constantRate({ rate: '500/s', duration: '20s' }),
  data: {
    key: feeder.generate({ zipf: { law: 'zipf', max: 10_000 } }),
    value: feeder.generate({ text: { law: 'value', bytes: [16, 64] } }),
  },
  journeys: {
    read: { weight: 9, steps: [redis.command(['GET', 'proofload:{{key.zipf}}'])] },
    write: {
      weight: 1,
      steps: [redis.command(['SET', 'proofload:{{key.zipf}}', '{{value.text}}', 'EX', 60])],
    },
  },
  objectives: ['p99(response_time) < 20ms', 'error_ratio <= 0.1%'],
})
