/**
 * The judgement of a stage and of a plan. Ratios are compared in whole numbers. What did not run is never a pass: skipped, cancelled,
 * inconclusive and mocked items count in the total and not among those that passed.
 */
import { formatRatio } from '../../base/units.ts'
import type {
  ActivityOutcome,
  ActivityRole,
  QualificationItem,
  QualificationReason,
  QualifiedStage,
  StageRule,
} from '../../model/qualification.ts'
import type { StagePlan } from '../../model/qualification-plan.ts'
import { OUTCOME_EXIT_STATUS, type VerdictOutcome } from '../../model/verdict.ts'

/** The part of an activity that counts. */
export interface JudgedActivity {
  readonly name: string
  readonly role: ActivityRole
  readonly outcome: ActivityOutcome
  readonly items: readonly Pick<QualificationItem, 'outcome' | 'weight'>[]
}

/** The finest ratio that is told apart: a hundredth of a percent. */
const RATIO_PARTS = 10_000

/** Tests `part of total >= ratio` in whole numbers. */
export function reachesRatio(part: number, total: number, ratio: number): boolean {
  return part * RATIO_PARTS >= Math.round(ratio * RATIO_PARTS) * total
}

/** Judges a stage by the first of its rules that holds. */
export function judgeStage(
  { name, needs, passRatio }: StagePlan,
  activities: readonly JudgedActivity[],
): QualifiedStage {
  const items = activities.flatMap((activity) => activity.items)
  const weightOf = (outcome: ActivityOutcome) =>
    items.filter((item) => item.outcome === outcome).reduce((sum, { weight }) => sum + weight, 0)
  const total = items.reduce((sum, { weight }) => sum + weight, 0)
  const [passed, failed] = [weightOf('passed'), weightOf('failed')]
  const counted = { name, needs: [...needs], passRatio, passed, failed, total }
  const ratioText = `${passed} of ${total} passed, ${formatRatio(passRatio)} needed`
  const decided = (outcome: VerdictOutcome, rule: StageRule, message: string): QualifiedStage => ({
    ...counted,
    outcome,
    rule,
    message,
  })
  const core = activities.filter(({ role }) => role === 'core')
  const failedCore = core.find(({ outcome }) => outcome === 'failed')
  if (failedCore !== undefined)
    return decided('NO_GO', 'CORE_FAILED', `the core activity ${failedCore.name} failed`)
  if (!reachesRatio(total - failed, total, passRatio)) return decided('NO_GO', 'RATIO_MISSED', ratioText)
  const openCore = core.find(({ outcome }) => outcome !== 'passed')
  if (openCore !== undefined)
    return decided(
      'INCONCLUSIVE',
      'CORE_OPEN',
      `the core activity ${openCore.name} ${outcomeText(openCore.outcome)}`,
    )
  if (!reachesRatio(passed, total, passRatio)) return decided('INCONCLUSIVE', 'RATIO_OPEN', ratioText)
  if (!activities.some(({ outcome }) => outcome === 'passed' || outcome === 'failed'))
    return decided('INCONCLUSIVE', 'NOT_RUN', 'nothing of it ran')
  return decided('GO', 'RATIO_MET', ratioText)
}

/** The end of a sentence that begins with the activity. */
export function outcomeText(outcome: ActivityOutcome): string {
  switch (outcome) {
    case 'passed':
    case 'failed':
      return outcome
    case 'inconclusive':
      return 'is inconclusive'
    case 'skipped':
      return 'was skipped'
    case 'cancelled':
      return 'was cancelled'
    case 'mocked':
      return 'ran on a mock'
  }
}

/** All that the verdict over a plan depends on. */
export interface JudgedPlan {
  readonly stages: readonly QualifiedStage[]
  readonly activities: readonly Pick<JudgedActivity, 'name' | 'outcome'>[]
  /** The part that was asked for; null: everything. */
  readonly partial: string | null
  readonly isInterrupted: boolean
}

/** The outcome of a plan and the reasons for it, most important first. */
export function judgePlan({ stages, activities, partial, isInterrupted }: JudgedPlan): {
  readonly outcome: VerdictOutcome
  readonly exitCode: number
  readonly reasons: readonly QualificationReason[]
} {
  const stageReasons = (wanted: VerdictOutcome) =>
    stages
      .filter(({ outcome }) => outcome === wanted)
      .map(({ name, rule, message }) => ({ code: rule, message: `stage ${name}: ${message}` }))
  const noGo = stageReasons('NO_GO')
  if (noGo.length > 0) return { outcome: 'NO_GO', exitCode: OUTCOME_EXIT_STATUS.NO_GO, reasons: noGo }
  const mocked = activities.filter(({ outcome }) => outcome === 'mocked').map(({ name }) => name)
  const open = [
    ...(isInterrupted ? [{ code: 'INTERRUPTED', message: 'it was interrupted; go on with --resume' }] : []),
    ...(mocked.length === 0
      ? []
      : [
          {
            code: 'MOCKED',
            message: `GO is not possible: ${mocked.length} of ${activities.length} activities ran on a mock: ${mocked.join(', ')}`,
          },
        ]),
    ...(partial === null
      ? []
      : [{ code: 'PARTIAL', message: `GO is not possible: only a part was asked for (${partial})` }]),
    ...stageReasons('INCONCLUSIVE'),
  ]
  if (open.length > 0)
    return { outcome: 'INCONCLUSIVE', exitCode: OUTCOME_EXIT_STATUS.INCONCLUSIVE, reasons: open }
  return { outcome: 'GO', exitCode: OUTCOME_EXIT_STATUS.GO, reasons: [] }
}
