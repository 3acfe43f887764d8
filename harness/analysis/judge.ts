/** Whole record -> verdict. Pure: a stored run can be judged again, under other objectives, with the same result each time. */
import { formatDurationMs, formatRatio } from '../base/units.ts'
import type { Comparison } from '../model/comparison.ts'
import type { ObjectivePlan } from '../model/plan.ts'
import type { RunRecord } from '../model/run-record.ts'
import { OUTCOME_EXIT_STATUS, type Verdict } from '../model/verdict.ts'
import { comparisonChecks } from './comparison/comparison-checks.ts'
import { type Blame, type Check, checkOf, decide } from './decide.ts'
import { evaluateObjective } from './evaluate.ts'
import { RecordView } from './record-view.ts'
import { summarize } from './summarize.ts'
import { assessValidity } from './validity.ts'

export interface JudgeOptions {
  /** Instead of the plan's own. */
  readonly objectives?: readonly ObjectivePlan[]
  /** With the runs of a baseline. */
  readonly comparison?: Comparison | null
  /** Cautions make the verdict INCONCLUSIVE. */
  readonly strict: boolean
  /** Paths of the run's files by name, as they will stand in the verdict. */
  readonly files: Readonly<Record<string, string>>
}

export function judge(record: RunRecord, options: JudgeOptions): Verdict {
  const view = new RecordView(record)
  const objectives = options.objectives ?? record.plan.objectives
  const validity = assessValidity(view)
  const valid = validity.invalid.length === 0
  const comparison = options.comparison ?? null
  const results = objectives.map((objective) => evaluateObjective(view, objective))
  const blame = blameOf(view)
  const checks: Check[] = [
    ...validity.invalid.map((reason): Check => ({ level: 'invalid', reason })),
    ...validity.cautions.map((reason): Check => ({ level: 'caution', reason })),
    ...objectives.map((objective, i) =>
      checkOf(objective, results[i] as (typeof results)[number], validity.invalid, blame),
    ),
    ...comparisonChecks(comparison, validity.invalid),
  ]
  const { outcome, reasons, cautions } = decide(objectives.length === 0 ? [] : checks, options.strict)
  return {
    schemaVersion: 1,
    runId: record.runId,
    scenario: record.scenario,
    outcome,
    exitCode: OUTCOME_EXIT_STATUS[outcome],
    cautions,
    reasons,
    objectives: results,
    comparison,
    validity: { valid, reasons: [...validity.invalid] },
    summary: summarize(view),
    files: { ...options.files },
  }
}

/** Names the component that took the largest share of the time of the steps an objective is about, or the commonest error. */
function blameOf(view: RecordView): Blame {
  return ({ metric, labels }) => {
    const selection = { step: labels['step'], phase: labels['phase'] }
    if (metric.endsWith('_ratio')) return blameErrors(view, selection)
    const service = view.sumUs('service_time', selection)
    const components = view.components.map((component) => ({
      component,
      share: view.sumUs('component_time', { ...selection, component }) / service,
    }))
    const [worst] = components.filter(({ share }) => share > 0).sort((a, b) => b.share - a.share)
    if (worst === undefined) return { text: '', evidence: {} }
    const p99Ms =
      view.histogram('component_time', { ...selection, component: worst.component }).quantileUs(0.99) / 1000
    return {
      text: `; component '${worst.component}' took ${formatRatio(worst.share)} of the service time (its p99: ${formatDurationMs(p99Ms)})`,
      evidence: { component: worst.component, componentShare: worst.share, componentP99Ms: p99Ms },
    }
  }
}

function blameErrors(
  view: RecordView,
  selection: { readonly step: string | undefined; readonly phase: string | undefined },
): ReturnType<Blame> {
  const { errors } = view.counts(selection)
  const [worst] = Object.entries(errors).sort(([, a], [, b]) => b - a)
  return worst === undefined
    ? { text: '', evidence: {} }
    : { text: `; most often: ${worst[0]} (${worst[1]} times)`, evidence: { errors } }
}
