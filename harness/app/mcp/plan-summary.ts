/** A plan as a caller sees it before it says yes: how much, where to, for how long, and what it is judged by. */
import { formatAmount, formatCount, formatDurationMs } from '../../base/units.ts'
import type { RunPlan } from '../../model/plan.ts'
import { modelOf } from '../../model/plan-load.ts'
import { targetsOf } from '../../targets/outside/targets-of.ts'
import { compileCurve } from '../../workloads/curve.ts'
import type { PreparedPlan } from '../run/prepare.ts'
import { plannedDemand } from './planned-demand.ts'

const CURVE_POINTS = 20

export function planSummary({ plan, planHash }: Pick<PreparedPlan, 'plan' | 'planHash'>) {
  const { durationMs, agents, ratePerSec, requests, isCode } = plannedDemand(plan)
  return {
    text: planText(plan),
    scenario: plan.scenario,
    planHash,
    targets: targetList(plan),
    model: modelOf(plan),
    pattern: plan.workloads.map(({ pattern }) => pattern).join(', '),
    durationSeconds: durationMs / 1000,
    agents,
    peakRequestsPerSec: ratePerSec,
    requestsAtMost: requests === null ? null : Math.round(requests),
    ...(isCode ? { note: 'Journeys are code: each counts as one request, whatever it sends.' } : {}),
    objectives: plan.objectives.map(({ expect }) => expect),
  }
}

/** Names, plugins and hosts; a target that is started for the run has none. */
function targetList(plan: RunPlan) {
  const plugins = targetsOf(plan)
  return Object.entries(plan.targets).map(([name, { plugin, config }]) => ({
    name,
    plugin,
    hosts: plugins.get(plugin).hostsOf(config),
  }))
}

function planText(plan: RunPlan): string {
  const { durationMs, agents, ratePerSec, requests } = plannedDemand(plan)
  const load =
    modelOf(plan) === 'closed'
      ? formatAmount(agents, 'agent')
      : `up to ${formatCount(Math.ceil(ratePerSec ?? 0))} requests a second`
  const places = targetList(plan).map(({ name, plugin, hosts }) => hosts.join(', ') || `${plugin} (${name})`)
  const count = requests === null ? '' : `, at most about ${formatAmount(Math.round(requests), 'request')}`
  return `${load} for ${formatDurationMs(durationMs)} on ${places.join('; ')}${count}`
}

/** The shape of the load over time, of each workload. */
export function curvePoints({ workloads }: RunPlan) {
  return workloads.flatMap(({ name, curve, model, startMs, durationMs }) => {
    const compiled = compileCurve(curve)
    return Array.from({ length: CURVE_POINTS + 1 }, (_, i) => {
      const atMs = (durationMs * i) / CURVE_POINTS
      return {
        ...(name === undefined ? {} : { workload: name }),
        atSeconds: (startMs + atMs) / 1000,
        value: compiled.valueAt(Math.min(atMs, durationMs - 1)),
        unit: model === 'open' ? 'arrivals/s' : 'agents',
      }
    })
  })
}
