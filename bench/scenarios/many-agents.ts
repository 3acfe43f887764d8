// A hundred thousand agents, each a step every two seconds: 50,000 steps a second, without a network.
import { call, constantAgents, defineScenario, functionTarget } from 'proofload'

export default defineScenario({
  name: 'many-agents',
  target: functionTarget(() => 'ok'),
  workload: constantAgents({ agents: 100_000, duration: '20s', pacing: '2s' }),
  warmUp: '5s',
  journeys: { step: { steps: [call(1)] } },
})
