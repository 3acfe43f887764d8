/** A qualification as it is told: its state, judged, with what was planned beside what was. */
import { isoOf, wallMsOf } from '../../base/clock.ts'
import { ERROR_EXIT_STATUS } from '../../base/errors.ts'
import type {
  QualificationItem,
  QualificationPath,
  QualificationReason,
  QualificationRecord,
  QualificationRisk,
  QualificationVerdict,
  QualifiedActivity,
  QualifiedStage,
} from '../../model/qualification.ts'
import type { ActivityPlan } from '../../model/qualification-plan.ts'
import { inOrder } from '../risk.ts'
import { type ActivityState, type QualificationState, UNTOUCHED } from './fold.ts'
import { judgePlan } from './judge.ts'
import { actualSchedule, planSchedule, type QualificationSchedule, type Span } from './schedule.ts'
import { type Standings, stageChain, standingsOf } from './standing.ts'

/** The facts that the journal does not say. */
export interface RecordFrame {
  readonly finishedMs: number
  readonly isInterrupted: boolean
  /** The last finished qualification of the plan; null without one. */
  readonly previous: QualificationRecord | null
}

/** Tells a qualification, finished or not. */
export function qualificationRecord(
  state: QualificationState,
  { finishedMs, isInterrupted, previous }: RecordFrame,
): QualificationRecord {
  const { plan, wish, startedAt } = state
  const standings = standingsOf(state)
  const planned = planSchedule(plan)
  const spans = spansOf(state)
  const activities = plan.activities.map((activity) =>
    qualifiedActivity(activity, { state, standings, planned, spans, previous }),
  )
  return {
    schemaVersion: 1,
    qualificationId: state.qualificationId,
    plan: plan.name,
    planFile: plan.file,
    planHash: plan.hash,
    startedAt,
    finishedAt: isoOf(finishedMs),
    resumes: state.resumes,
    strict: wish.strict,
    partial: wish.partial,
    budgetMs: plan.budgetMs,
    resources: { ...plan.resources },
    stages: [...standings.stages],
    activities,
    criticalPath: { planned: planned.path, actual: actualPath(state, spans) },
    verdict: verdictOf(standings.stages, activities, { partial: wish.partial, isInterrupted }),
    risks: risksOf(state),
    previous:
      previous === null
        ? null
        : {
            qualificationId: previous.qualificationId,
            outcome: previous.verdict.outcome,
            finishedAt: previous.finishedAt,
          },
  }
}

interface Around {
  readonly state: QualificationState
  readonly standings: Standings
  readonly planned: QualificationSchedule
  readonly spans: ReadonlyMap<string, Span>
  readonly previous: QualificationRecord | null
}

function qualifiedActivity(
  activity: ActivityPlan,
  { state, standings, planned, spans, previous }: Around,
): QualifiedActivity {
  const { name, stage, role, kind, what, fingerprint, needs, expectedMs } = activity
  const done = state.activities.get(name) ?? UNTOUCHED
  const found = standings.activities.get(name)
  const span = planned.spans.get(name)
  const actual = spans.get(name)
  const before = previous?.activities.find((other) => other.name === name)
  const { outcome = 'skipped', reasons = [], chain = [], items = [] } = found ?? {}
  return {
    ...{ name, stage, role, kind, fingerprint, what, needs: [...needs] },
    ...{ outcome, reasons: [...reasons], chain: [...chain] },
    items: items.map((item) => withPrevious(item, before)),
    startedAt: done.startedAt,
    endedAt: done.endedAt,
    plannedStartMs: span?.startMs ?? 0,
    plannedEndMs: span?.endMs ?? expectedMs,
    startMs: actual?.startMs ?? null,
    endMs: actual?.endMs ?? null,
    expectedMs,
    slackMs: planned.slackMs.get(name) ?? 0,
    runId: done.result?.runId ?? done.runId,
    files: { ...done.result?.files },
    inputs: [...done.inputs],
    outputs: [...(done.result?.outputs ?? [])],
    attempt: done.attempt,
    mocked: done.result?.mocked ?? null,
    reusedFrom: done.result?.reusedFrom ?? null,
    overlapped: [...done.overlapped],
    decision: decisionOf(done),
    undo: done.undo,
  }
}

function risksOf({ activities }: QualificationState): QualificationRisk[] {
  return inOrder(
    [...activities].flatMap(([activity, { result }]) =>
      (result?.risks ?? []).map((risk) => ({ ...risk, activity })),
    ),
  )
}

function decisionOf({ decision }: ActivityState): QualifiedActivity['decision'] {
  if (decision === null) return null
  const { by, at, comment } = decision
  return { by, at, comment }
}

function withPrevious(item: QualificationItem, before: QualifiedActivity | undefined): QualificationItem {
  if (item.measured === null) return item
  const previous = before?.items.find(({ id }) => id === item.id)?.measured?.observed ?? null
  return { ...item, measured: { ...item.measured, previous } }
}

/** The time in which each activity ran, since the start. */
function spansOf({ activities, startedAt }: QualificationState): ReadonlyMap<string, Span> {
  const startMs = wallMsOf(startedAt)
  return new Map(
    [...activities].flatMap(([name, { startedAt: from, endedAt: to, result }]) =>
      from === null || to === null || result === null
        ? []
        : [[name, { startMs: wallMsOf(from) - startMs, endMs: wallMsOf(to) - startMs }] as const],
    ),
  )
}

function actualPath(state: QualificationState, spans: ReadonlyMap<string, Span>): QualificationPath {
  return actualSchedule(state.plan, spans).path
}

function verdictOf(
  stages: readonly QualifiedStage[],
  activities: readonly QualifiedActivity[],
  { partial, isInterrupted }: { readonly partial: string | null; readonly isInterrupted: boolean },
): QualificationVerdict {
  const { outcome, exitCode, reasons } = judgePlan({ stages, activities, partial, isInterrupted })
  const passed = activities.filter((activity) => activity.outcome === 'passed').length
  const [first] = reasons
  const message =
    first === undefined
      ? `GO: ${stages.length} of ${stages.length} stages are GO, ${passed} of ${activities.length} activities passed`
      : `${outcome === 'NO_GO' ? 'NO-GO' : outcome}: ${first.message}`
  const isRollbackFailed = activities.some(
    ({ undo, reasons }) =>
      undo?.outcome === 'failed' || reasons.some(({ code }) => code === 'ROLLBACK_FAILED'),
  )
  return {
    outcome,
    exitCode: isRollbackFailed ? ERROR_EXIT_STATUS.ROLLBACK_FAILED : exitCode,
    message,
    chain: [...decidingChain(outcome, stages, activities)],
    reasons: [...reasons],
    cautions: cautionsOf(activities),
  }
}

/** The chain of the first stage that has the outcome of the plan, else that of the first activity that did not pass. */
function decidingChain(
  outcome: QualificationVerdict['outcome'],
  stages: readonly QualifiedStage[],
  activities: readonly QualifiedActivity[],
): readonly string[] {
  if (outcome === 'GO') return []
  const stage = stages.find((each) => each.outcome === outcome)
  if (stage === undefined) return activities.find((activity) => activity.outcome !== 'passed')?.chain ?? []
  return stageChain(
    stage,
    activities.filter((activity) => activity.stage === stage.name),
  )
}

function cautionsOf(activities: readonly QualifiedActivity[]): QualificationReason[] {
  return activities.flatMap(({ name, outcome, reasons, items, overlapped, reusedFrom }) => {
    const own = outcome === 'passed' ? [] : [`${name}: ${reasons[0]?.message ?? outcome}`]
    const open = items.filter((item) => outcome === 'passed' && item.outcome !== 'passed')
    const notes = [
      ...own.map((message) => ({ code: `ACTIVITY_${outcome.toUpperCase()}`, message })),
      ...open.map(({ label, message }) => ({
        code: 'ITEM_NOT_PASSED',
        message: `${name}: ${label}: ${message}`,
      })),
      ...(overlapped.length === 0
        ? []
        : [{ code: 'OVERLAPPED', message: `${name} ran while ${overlapped.join(', ')} sent load, too` }]),
      ...(reusedFrom === null
        ? []
        : [{ code: 'REUSED', message: `${name} is taken from ${reusedFrom.qualificationId}` }]),
    ]
    return notes
  })
}
