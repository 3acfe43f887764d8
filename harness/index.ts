/** What scenario files import from 'proofload'. */
export { alertmanager } from './alerts/alertmanager.ts'
export { consoleAlerts } from './alerts/console.ts'
export { email } from './alerts/email.ts'
export { opsgenie } from './alerts/opsgenie.ts'
export { pagerduty } from './alerts/pagerduty.ts'
export { slack } from './alerts/slack.ts'
export { webhook } from './alerts/webhook.ts'
export type { AgentHandle, JourneyContext, SetupContext } from './ports/journey.ts'
export type { UndoContext, UndoFunction } from './ports/rollback-procedure.ts'
export type { Answer } from './ports/target.ts'
export { cgroupProbe } from './probes/cgroup.ts'
export { processProbe } from './probes/process.ts'
export { prometheusProbe } from './probes/prometheus.ts'
export { command } from './rollback/command.ts'
export { gitUndo } from './rollback/git.ts'
export { kubernetesUndo } from './rollback/kubernetes.ts'
export { moduleUndo } from './rollback/module.ts'
export { webhookUndo } from './rollback/webhook.ts'
export { defineScenario } from './scenario/define-scenario.ts'
export { feeder } from './scenario/feeder-builders.ts'
export { visual } from './scenario/objective-builders.ts'
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
