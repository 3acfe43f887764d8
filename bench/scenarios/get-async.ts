// The work of `proofload run URL`, as code: one request an iteration, its path built anew each time.
import { constantAgents, defineScenario, http } from 'proofload'

let count = 0

export default defineScenario({
  name: 'get-async',
  target: http({ url: 'http://127.0.0.1:8080' }),
  workload: constantAgents({ agents: 50, duration: '10s' }),
  journeys: {
    get: {
      async run({ target }) {
        count++
        await target.get(`/items/${count % 100}`, { step: 'get' })
      },
    },
  },
})
