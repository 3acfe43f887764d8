/** The joint conditions of a run in figures. */
import type { SloPlan } from '../model/plan/slo-schema.ts'
import { notAppliedName, SLO_NOT_APPLIED } from '../model/slo-metrics.ts'
import type { SloSummary } from '../model/summary.ts'
import type { MeasuredView } from './measured-view.ts'
import { judgedIn } from './metrics/slo-metrics.ts'

/** Returns the figures of each slo of the plan, by name; absent for a plan without. */
export function slosOf(view: MeasuredView): { readonly slos?: Record<string, SloSummary> } {
  const { slos } = view.plan
  if (slos === undefined) return {}
  const summaries = Object.entries(slos).map(([name, slo]) => [name, summaryOf(view, name, slo)] as const)
  return { slos: Object.fromEntries(summaries) }
}

function summaryOf(view: MeasuredView, name: string, { conditions }: SloPlan): SloSummary {
  const { k, n } = judgedIn(view, { slo: name })
  return {
    judged: n,
    attained: k,
    attainment: n === 0 ? null : k / n,
    goodputPerSec: view.measuredS > 0 ? k / view.measuredS : 0,
    notApplied: Object.fromEntries(
      conditions.map(({ text }) => [
        text,
        view.count(SLO_NOT_APPLIED, { component: notAppliedName(name, text) }),
      ]),
    ),
  }
}
