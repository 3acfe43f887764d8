/** The outcome of a run, a search or a triage as that of an activity. */
import { holds } from '../../model/holds.ts'
import type { ObjectiveResult } from '../../model/objective-result.ts'
import type { ActivityOutcome, QualificationItem, QualificationReason } from '../../model/qualification.ts'
import type { ActivityResult } from '../../model/qualification-journal.ts'
import type { ActivityPlan } from '../../model/qualification-plan.ts'
import type { Verdict, VerdictOutcome } from '../../model/verdict.ts'
import { TARGET_MOCKED } from '../validity/mock-rules.ts'

/** The facts that decide an activity; items have its outcome unless they are stated. */
export interface ActivityEnd extends Partial<Omit<ActivityResult, 'outcome'>> {
  readonly outcome: ActivityOutcome
  readonly code?: string
  /** One line. */
  readonly message: string
}

/** The result of an activity without objectives of its own, or whose objectives nobody measured. */
export function activityResult(
  { items, weight }: ActivityPlan,
  { outcome, code = outcome.toUpperCase(), message, ...rest }: ActivityEnd,
): ActivityResult {
  return {
    outcome,
    reasons: outcome === 'passed' ? [] : [{ code, message }],
    items: items.map(({ id, label }) => ({ ...{ id, label, outcome, weight, message }, measured: null })),
    risks: [],
    runId: null,
    files: {},
    outputs: [],
    mocked: null,
    reusedFrom: null,
    ...rest,
  }
}

/** The outcome of an activity by that of a verdict. */
export function outcomeOfVerdict(outcome: VerdictOutcome): ActivityOutcome {
  switch (outcome) {
    case 'GO':
      return 'passed'
    case 'NO_GO':
      return 'failed'
    case 'INCONCLUSIVE':
      return 'inconclusive'
  }
}

/** The exit status of a run whose rollback failed. */
const ROLLBACK_FAILED_STATUS = 5

/** The result of a run: each objective that its author stated is an item, and so is what else made it NO-GO. */
export function runResult(
  activity: ActivityPlan,
  verdict: Verdict,
): Pick<ActivityResult, 'outcome' | 'reasons' | 'items' | 'risks' | 'mocked'> {
  const { reasons, objectives, risks, exitCode } = verdict
  const mocked = reasons.find(({ code }) => code === TARGET_MOCKED)?.message ?? null
  const outcome = mocked === null ? outcomeOfVerdict(verdict.outcome) : 'mocked'
  const told = reasons.map(({ code, message }): QualificationReason => ({ code, message }))
  const rolledBack =
    exitCode === ROLLBACK_FAILED_STATUS
      ? [
          {
            code: 'ROLLBACK_FAILED',
            message: 'its rollback failed, or the system was not shown to be healthy',
          },
        ]
      : []
  return {
    outcome,
    mocked,
    reasons: outcome === 'passed' ? [] : [...told, ...rolledBack],
    items: itemsOf(activity, outcome, verdict, objectives),
    risks,
  }
}

function itemsOf(
  { items, name, what, weight }: ActivityPlan,
  outcome: ActivityOutcome,
  { reasons }: Verdict,
  objectives: readonly ObjectiveResult[],
): QualificationItem[] {
  const stated = objectives.filter(({ id, builtIn }) => !builtIn && items.some((item) => item.id === id))
  const measured = stated.map((result): QualificationItem => {
    const label = items.find(({ id }) => id === result.id)?.label ?? result.expect
    return {
      ...{ id: result.id, label, outcome: itemOutcome(result, outcome), weight },
      message: result.message,
      measured: measuredOf(result),
    }
  })
  const known = new Set(stated.map(({ id }) => id))
  const others = outcome === 'failed' ? reasons.filter(({ about }) => !known.has(about?.id ?? '')) : []
  const more = others.map(
    ({ about, code, message }): QualificationItem => ({
      ...{ id: about?.id ?? code, label: about?.expect ?? code, outcome: 'failed', weight, message },
      measured: null,
    }),
  )
  if (measured.length > 0 || more.length > 0) return [...measured, ...more]
  return [{ id: name, label: what, outcome, weight, message: '', measured: null }]
}

function itemOutcome(
  { outcome, observed, op, bound }: ObjectiveResult,
  run: ActivityOutcome,
): ActivityOutcome {
  if (run !== 'passed' && run !== 'failed') return run
  switch (outcome) {
    case 'met':
      return 'passed'
    case 'missed':
      return 'failed'
    case 'no-data':
      return 'inconclusive'
    case 'unproven':
      return observed !== null && holds(observed, op, bound) ? 'passed' : 'inconclusive'
  }
}

function measuredOf({ observed, op, bound, unit }: ObjectiveResult): QualificationItem['measured'] {
  return { observed, op, bound, unit, margin: marginOf(observed, op, bound), previous: null }
}

/** The share of the bound that is left. */
function marginOf(observed: number | null, op: ObjectiveResult['op'], bound: number): number | null {
  if (observed === null || bound <= 0) return null
  return (op === '<' || op === '<=' ? bound - observed : observed - bound) / bound
}
