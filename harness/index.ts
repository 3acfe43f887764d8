/** What scenario files import from 'proofload'. */
export type { AgentHandle, JourneyContext, SetupContext } from './ports/journey.ts'
export type { Answer } from './ports/target.ts'
export { defineScenario } from './scenario/define-scenario.ts'
export { feeder } from './scenario/feeder-builders.ts'
export { secret } from './scenario/secrets.ts'
export { call, operations, think } from './scenario/step-builders.ts'
export { functionTarget, http, sandbox } from './scenario/target-builders.ts'
export {
  businessHours,
  constantAgents,
  constantRate,
  curve,
  incident,
  maintenance,
  replay,
  scaleTest,
} from './scenario/workload-builders.ts'
export { constant, points, ramp, scale, sequence, sine, spike, steps, sum } from './workloads/algebra.ts'
