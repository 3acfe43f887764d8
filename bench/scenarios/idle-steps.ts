// Agents that do next to nothing: one call, then a long pause.
import { call, constantAgents, defineScenario, functionTarget } from 'proofload'

export default defineScenario({
  name: 'idle-steps',
  target: functionTarget(() => 'ok'),
  workload: constantAgents({ agents: 100_000, duration: '12s', think: '10s' }),
  drain: '0s',
  journeys: { idle: { steps: [call(1)] } },
})
