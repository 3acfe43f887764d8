// Agents that do next to nothing, in code: one call, then a long pause.
import { constantAgents, defineScenario, functionTarget } from 'proofload'

export default defineScenario({
  name: 'idle-async',
  target: functionTarget(() => 'ok'),
  workload: constantAgents({ agents: 100_000, duration: '12s' }),
  drain: '0s',
  journeys: {
    idle: {
      async run({ target, agent }) {
        await agent.think('0s..10s')
        await target.call(1)
        await agent.think('10s')
      },
    },
  },
})
