// A kilobyte of JSON goes out, a JSON answer comes back and is read.
import { constantAgents, defineScenario, http } from 'proofload'
import { ONE_KIB_JSON } from '../kit/one-kib-json.ts'

export default defineScenario({
  name: 'post-json',
  target: http({ url: 'http://127.0.0.1:8080' }),
  workload: constantAgents({ agents: 50, duration: '10s' }),
  journeys: {
    post: {
      async run({ target }) {
        const answer = await target.post('/', { step: 'post', json: ONE_KIB_JSON })
        if (answer.json<{ id: number }>().id !== 42) throw new Error('another answer')
      },
    },
  },
})
