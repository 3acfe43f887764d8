/** A language model under users who come in bursts; `proofload sandbox --llm` stands in for one. */
import { constantRate, defineScenario, llm } from 'proofload'

export default defineScenario({
  name: 'llm',
  target: llm({ url: 'http://127.0.0.1:7070/v1', model: 'sandbox' }),
  workload: constantRate({ rate: '10/s', duration: '1m', arrivals: 'gamma', burstiness: 0.5, agents: 100 }),
  journeys: {
    chat: {
      steps: [
        llm.chat({
          prompt: {
            tokens: { lognormal: { median: 200, p99: 1000 } },
            prefix: { groups: 8, tokens: 500, share: '80%' },
          },
          output: { tokens: { uniform: [16, 64] }, exact: true },
          temperature: 0,
        }),
      ],
    },
  },
  slos: { chat: ['ttft <= 200ms', 'tpot <= 50ms', 'response_time <= 5s'] },
  objectives: ['slo_attainment{slo=chat} >= 99%', 'p99(ttft) < 500ms', 'error_ratio <= 0.5%'],
})
