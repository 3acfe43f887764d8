/** The public API: everything that scenario files import from 'proofload'. */
export type { AgentHandle, JourneyContext, SetupContext } from './ports/journey.ts'
export type { UndoContext, UndoFunction } from './ports/rollback-procedure.ts'
export type { Answer } from './ports/target.ts'
export {
  alertmanager,
  consoleAlerts,
  email,
  opsgenie,
  pagerduty,
  slack,
  webhook,
} from './scenario/alert-builders.ts'
export { defineScenario } from './scenario/define-scenario.ts'
export { feeder } from './scenario/feeder-builders.ts'
export { visual } from './scenario/objective-builders.ts'
export { cgroupProbe, processProbe, prometheusProbe } from './scenario/probe-builders.ts'
export {
  command,
  gitUndo,
  kubernetesUndo,
  moduleUndo,
  webhookUndo,
} from './scenario/rollback-builders.ts'
export { secret } from './scenario/secrets.ts'
export { slaDefaults } from './scenario/sla-defaults.ts'
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
