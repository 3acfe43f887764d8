/** The part of a missed objective's reason that names the source of the time or the errors. */
import { formatDurationMs } from '../base/units.ts'
import type { ObjectivePlan } from '../model/plan.ts'
import { failureText } from '../text/failure-text.ts'
import { percentText } from '../text/figure-text.ts'
import { slowestComponent } from './culprit.ts'
import { failureCauses } from './failure-causes.ts'
import { isCountRatio } from './metric-values.ts'
import { isAboutVisuals } from './metrics/catalogue.ts'
import type { RecordView } from './record-view.ts'
import { visualOf } from './visual-findings.ts'

/** The number of causes that a reason names. */
const CAUSES_NAMED = 2

export interface CulpritNote {
  /** `; component 'x' took ...`, or nothing. */
  readonly text: string
  readonly evidence: Record<string, unknown>
}

export type CulpritNotes = (objective: ObjectivePlan) => CulpritNote

/** Names the component that took the largest share of the time of the steps an objective is about, or the two commonest causes of failure. */
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
  const causes = failureCauses(view, selection)
  if (causes.length === 0) return { text: '', evidence: {} }
  const { errors, statuses } = view.counts(selection)
  return {
    text: `; most often: ${causes.slice(0, CAUSES_NAMED).map(failureText).join(', ')}`,
    evidence: { errors, statuses, failures: causes },
  }
}
