// As many steps as the engine can walk, without a network.
import { call, constantAgents, defineScenario, functionTarget } from 'proofload'

export default defineScenario({
  name: 'flat-out',
  target: functionTarget(() => 'ok'),
  workload: constantAgents({ agents: 100, duration: '6s' }),
  journeys: { step: { steps: [call(1)] } },
})
