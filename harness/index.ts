/** What scenario files import from 'proofload'. */
export type { AgentHandle, JourneyContext, SetupContext } from './ports/journey.ts'
export type { Answer } from './ports/target.ts'
export {
  businessHours,
  call,
  constantAgents,
  constantRate,
  curve,
  defineScenario,
  feeder,
  functionTarget,
  http,
  incident,
  maintenance,
  operations,
  replay,
  sandbox,
  scaleTest,
  think,
} from './scenario/authoring.ts'
export { secret } from './scenario/secrets.ts'
export { constant, points, ramp, scale, sequence, sine, spike, steps, sum } from './workloads/algebra.ts'
