/** The part of a missed objective's reason about the source of the time or the errors: who took the time is named in the headline only. */
import type { ObjectivePlan } from '../model/plan.ts'
import { commonestText } from '../text/failure-text.ts'
import { slowestComponent } from './culprit.ts'
import { failureCauses, journeyCauses } from './failure-causes.ts'
import type { Selection } from './measured-view.ts'
import { isCountRatio } from './metric-values.ts'
import { isAboutDowntime, isAboutJourneys, isAboutVisuals } from './metrics/catalogue.ts'
import type { RecordView } from './record-view.ts'
import { visualOf } from './visual-findings.ts'

/** The share of the response time from which connecting is named, and no component. */
const CONNECTING_SHARE = 0.5

export interface CulpritNote {
  /** `; most often: HTTP 503 x 21`, or nothing. */
  readonly text: string
  readonly evidence: Record<string, unknown>
}

export type CulpritNotes = (objective: ObjectivePlan) => CulpritNote

/**
 * Finds what took the largest share of the time of the steps an objective is about, connecting or a component, and names the two
 * commonest causes of failure.
 */
export function culpritNotes(view: RecordView): CulpritNotes {
  return (objective) => {
    if (isAboutVisuals(objective)) return { text: '', evidence: visualEvidence(view, objective) }
    const selection = { step: objective.labels['step'], phase: objective.labels['phase'] }
    if (isCountRatio(objective.metric) || isAboutDowntime(objective)) return errorNote(view, selection)
    if (isAboutJourneys(objective)) return journeyNote(view)
    const connecting = objective.metric === 'response_time' ? connectingNote(view, selection) : null
    if (connecting !== null) return connecting
    const worst = slowestComponent(view, selection)
    if (worst === null) return { text: '', evidence: {} }
    const { name, share } = worst
    const p99Ms = view.histogram('component_time', { ...selection, component: name }).quantileUs(0.99) / 1000
    return {
      text: '',
      evidence: { component: name, componentShare: share, componentP99Ms: p99Ms },
    }
  }
}

/** Null where users mostly waited for something else. */
function connectingNote(view: RecordView, selection: Selection): CulpritNote | null {
  const share = view.sumUs('connect_time', selection) / view.sumUs('response_time', selection)
  if (!(share >= CONNECTING_SHARE)) return null
  const p99Ms = view.histogram('connect_time', selection).quantileUs(0.99) / 1000
  return {
    text: '',
    evidence: { connectShare: share, connectP99Ms: p99Ms },
  }
}

function visualEvidence({ record }: RecordView, { labels }: ObjectivePlan): Record<string, unknown> {
  const visual = visualOf(record, labels)
  return { visual: labels['visual'], findings: visual?.findings ?? [] }
}

function journeyNote(view: RecordView): CulpritNote {
  const causes = journeyCauses(view)
  if (causes.length === 0) return { text: '', evidence: {} }
  return {
    text: `; most often: ${commonestText(causes)}`,
    evidence: { failures: causes },
  }
}

function errorNote(view: RecordView, selection: Selection): CulpritNote {
  const causes = failureCauses(view, selection)
  if (causes.length === 0) return { text: '', evidence: {} }
  const { errors, statuses } = view.counts(selection)
  return {
    text: `; most often: ${commonestText(causes)}`,
    evidence: { errors, statuses, failures: causes },
  }
}
