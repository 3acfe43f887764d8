/**
 * The place to look at first when an objective was missed: the step with most of the observations against it (without such
 * observations: with most of the service time), and the component with most of the service time of that step. Where the
 * instrument is in doubt, that comes first: what a generator out of CPU measured says little about the target.
 */
import { lookUp } from '../base/names.ts'
import { formatAmount, formatCount, formatInUnit } from '../base/units.ts'
import { badOf, completedOf } from '../measure/counts.ts'
import { ANY_OUTCOME } from '../model/outcome.ts'
import type { ObjectivePlan } from '../model/plan.ts'
import type { VerdictReason } from '../model/verdict.ts'
import { failureText } from '../text/failure-text.ts'
import { percentText } from '../text/figure-text.ts'
import { partsOf } from './component-parts.ts'
import { failureCauses } from './failure-causes.ts'
import type { MeasuredView, Selection } from './measured-view.ts'
import { isCountRatio } from './metric-values.ts'
import { isAboutDowntime, isAboutVisuals, metricOf } from './metrics/catalogue.ts'
import { RecordView } from './record-view.ts'
import type { SaturatedResource } from './saturated-resource.ts'
import { type ShareClaim, shareClaimOf } from './share-claim.ts'
import { isTrusted } from './trust.ts'
import { visualAdvice, visualOf } from './visual-findings.ts'

/** The probable cause of a missed objective. */
export interface Culprit {
  readonly step: string | null
  readonly component: string | null
  readonly resource: string | null
  /** One sentence. */
  readonly recommendation: string
}

/** The resource that an unreliable generator ran out of, by the code of the reason. */
const GENERATOR_RESOURCES: Readonly<Record<string, string>> = {
  GENERATOR_SATURATED: 'generator CPU',
  GENERATOR_STARVED: 'generator CPU',
  START_DELAY: 'generator CPU',
  PLAN_NOT_KEPT: 'generator agents or CPU',
  DESCRIPTORS_EXHAUSTED: 'generator file descriptors',
  PORTS_EXHAUSTED: 'generator ports',
}

/**
 * @param saturated what was at its limit while the objective was breached
 * @param invalid why the instrument is not to be believed
 */
export function culpritOf(
  view: MeasuredView,
  objective: ObjectivePlan,
  saturated: SaturatedResource | null,
  invalid: readonly VerdictReason[],
): Culprit {
  if (isAboutVisuals(objective)) return visualCulprit(view, objective)
  const { resource } = metricOf(objective)
  const beyond = resource?.nameOf(objective.labels) ?? null
  if (resource?.owner === 'generator') return generatorCulprit(beyond)
  // A target that answers nobody is no matter of one step.
  const step = isAboutDowntime(objective) ? null : (objective.labels['step'] ?? stepOf(view, objective))
  const found = evidenceOf(view, objective, step)
  const doubt = invalid.find(({ code }) => Object.hasOwn(GENERATOR_RESOURCES, code))
  if (doubt !== undefined && !isTrusted(objective, invalid)) {
    return {
      step,
      component: found.component,
      resource: lookUp(GENERATOR_RESOURCES, doubt.code) ?? null,
      recommendation: `fix the measurement before the target: ${doubt.message}`,
    }
  }
  return {
    step,
    component: found.component,
    resource: saturated?.name ?? beyond,
    recommendation: `look at ${placeOf(step, found.component)} first${found.text}${limitText(saturated, beyond)}`,
  }
}

function limitText(saturated: SaturatedResource | null, beyond: string | null): string {
  if (saturated !== null) return `; the ${saturated.name} was at its limit (${percentText(saturated.ratio)})`
  return beyond === null ? '' : `; the ${beyond} was beyond its bound`
}

function generatorCulprit(resource: string | null): Culprit {
  return {
    step: null,
    component: null,
    resource,
    recommendation:
      'look at the generator first: use more --threads, another machine, or a lower rate; see the Generator table',
  }
}

function visualCulprit(view: MeasuredView, { labels }: ObjectivePlan): Culprit {
  const visual = view instanceof RecordView ? visualOf(view.record, labels) : null
  const recommendation = visual === null ? `look at visual '${labels['visual']}'` : visualAdvice(visual)
  return { step: null, component: null, resource: null, recommendation }
}

function placeOf(step: string | null, component: string | null): string {
  if (component === null) return step === null ? 'the target' : `step '${step}'`
  return step === null ? `component '${component}'` : `component '${component}' of step '${step}'`
}

/** The step with most exceedances or bad requests, or with most service time; null where nothing was measured. */
function stepOf(view: MeasuredView, objective: ObjectivePlan): string | null {
  const counted = (step: string) => claimIn(view, objective, step)?.k ?? 0
  const served = (step: string) =>
    view.sumUs('service_time', { phase: objective.labels['phase'], step, outcome: ANY_OUTCOME })
  return largest(view.steps, counted) ?? largest(view.steps, served)
}

/** Returns the observations against an objective in one step; null for "at least" claims, where more is better. */
function claimIn(view: MeasuredView, objective: ObjectivePlan, step: string): ShareClaim | null {
  const claim = shareClaimOf(view, { ...objective, labels: { ...objective.labels, step } })
  return claim?.atMost === true ? claim : null
}

/** The first of the largest ones above 0. */
function largest(names: readonly string[], sizeOf: (name: string) => number): string | null {
  const [first] = names
    .map((name) => ({ name, size: sizeOf(name) }))
    .filter(({ size }) => size > 0)
    .sort((a, b) => b.size - a.size)
  return first?.name ?? null
}

interface Evidence {
  readonly component: string | null
  /** `: it took ...`, or nothing. */
  readonly text: string
}

function evidenceOf(view: MeasuredView, objective: ObjectivePlan, step: string | null): Evidence {
  const selection = { step: step ?? undefined, phase: objective.labels['phase'] }
  if (isAboutDowntime(objective)) return { component: null, text: badText(view, {}, endsOf(view)) }
  const claim = step === null ? null : claimIn(view, objective, step)
  if (claim !== null && isCountRatio(objective.metric))
    return { component: null, text: badText(view, selection, claim) }
  const named = objective.labels['component']
  const component = slowestComponent(view, selection, named)
  if (component !== null)
    return {
      component: component.name,
      text: `: it took ${percentText(component.share)} of the service time`,
    }
  return { component: named ?? null, text: slowText(objective, claim) }
}

/** Bad requests, of all that were completed. */
function endsOf(view: MeasuredView): Pick<ShareClaim, 'k' | 'n'> {
  const counts = view.counts({})
  return { k: badOf(counts), n: completedOf(counts) }
}

function badText(view: MeasuredView, selection: Selection, { k, n }: Pick<ShareClaim, 'k' | 'n'>): string {
  const [cause] = failureCauses(view, selection)
  const most = cause === undefined ? '' : `, most often: ${failureText(cause)}`
  return `: ${formatCount(k)} of its ${formatAmount(n, 'request')} ended badly${most}`
}

function slowText({ bound, within, fn }: ObjectivePlan, claim: ShareClaim | null): string {
  if (claim === null || claim.n === 0) return ''
  const limit = formatInUnit(fn === 'share' ? (within ?? 0) : bound, 'ms')
  return `: ${formatCount(claim.k)} of its ${formatAmount(claim.n, 'request')} were not within ${limit}`
}

/** The component that took the largest share of the service time of a selection. @param only if it is known already */
export function slowestComponent(
  view: MeasuredView,
  selection: Selection,
  only?: string,
): { readonly name: string; readonly share: number } | null {
  const serviceUs = view.sumUs('service_time', { ...selection, outcome: ANY_OUTCOME })
  const sumOf = (component: string) => view.sumUs('component_time', { ...selection, component })
  const shareOf = (component: string) => sumOf(component) / serviceUs
  const name = largest(only === undefined ? partsOf(view.components, sumOf) : [only], shareOf)
  return name === null ? null : { name, share: shareOf(name) }
}
