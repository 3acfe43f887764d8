/** The part of a missed objective's reason that names the source of the time or the errors. */
import { formatAmount, formatDurationMs } from '../base/units.ts'
import type { ObjectivePlan } from '../model/plan.ts'
import { percentText } from '../text/figure-text.ts'
import { commonestError, slowestComponent } from './culprit.ts'
import { isCountRatio } from './metric-values.ts'
import { isAboutVisuals } from './metrics/catalogue.ts'
import type { RecordView } from './record-view.ts'
import { visualOf } from './visual-findings.ts'

export interface CulpritNote {
  /** `; component 'x' took ...`, or nothing. */
  readonly text: string
  readonly evidence: Record<string, unknown>
}

export type CulpritNotes = (objective: ObjectivePlan) => CulpritNote

/** Names the component that took the largest share of the time of the steps an objective is about, or the commonest error. */
export function culpritNotes(view: RecordView): CulpritNotes {
  return (objective) => {
    if (isAboutVisuals(objective)) return { text: '', evidence: visualEvidence(view, objective) }
    const selection = { step: objective.labels['step'], phase: objective.labels['phase'] }
    if (isCountRatio(objective.metric)) return errorNote(view, selection)
    const worst = slowestComponent(view, selection)
    if (worst === null) return { text: '', evidence: {} }
    const { name, share } = worst
    const p99Ms = view.histogram('component_time', { ...selection, component: name }).quantileUs(0.99) / 1000
    return {
      text: `; component '${name}' took ${percentText(share)} of the service time (its p99: ${formatDurationMs(p99Ms)})`,
      evidence: { component: name, componentShare: share, componentP99Ms: p99Ms },
    }
  }
}

function visualEvidence({ record }: RecordView, { labels }: ObjectivePlan): Record<string, unknown> {
  const visual = visualOf(record, labels)
  return { visual: labels['visual'], findings: visual?.findings ?? [] }
}

function errorNote(
  view: RecordView,
  selection: { readonly step: string | undefined; readonly phase: string | undefined },
): CulpritNote {
  const worst = commonestError(view, selection)
  return worst === null
    ? { text: '', evidence: {} }
    : {
        text: `; most often: ${worst.kind} (${formatAmount(worst.count, 'time')})`,
        evidence: { errors: view.counts(selection).errors },
      }
}
