/** A qualification whose process ended goes on: what its journal says, and what is added to it. */
import { foldQualification, type QualificationState } from '../../analysis/qualification/fold.ts'
import { HarnessError } from '../../base/errors.ts'
import type { ProcessIdentity } from '../../model/line.ts'
import type { QualificationEntry, QualificationWish } from '../../model/qualification-journal.ts'
import type { QualificationPlan } from '../../model/qualification-plan.ts'
import { isAlive, isOfThisHost } from '../../system/process-identity.ts'
import { readQualificationJournal } from './journal.ts'
import { type ReopenWish, reopenedActivities } from './reopen.ts'

export interface ResumePlace {
  readonly plan: QualificationPlan
  /** Null: the part that was asked for before. */
  readonly wish: QualificationWish | null
  readonly strict: boolean
  readonly noMocks: boolean
  readonly reopen: ReopenWish
  readonly at: string
  readonly process: ProcessIdentity
  readonly cwd: string
}

/** @throws HarnessError RECORD_NOT_FOUND, JOURNAL_INVALID; USAGE for another plan, or one that still runs */
export async function resumeEntries(
  folder: string,
  { plan, wish, strict, noMocks, reopen, at, process, cwd }: ResumePlace,
): Promise<{ readonly before: readonly QualificationEntry[]; readonly more: readonly QualificationEntry[] }> {
  const before = await readQualificationJournal(folder)
  if (before.length === 0)
    throw new HarnessError(
      'JOURNAL_INVALID',
      `${folder} holds no qualification: its process ended before it was begun`,
      {
        hint: 'Begin it again without --resume.',
      },
    )
  const state = foldQualification(before)
  requireSamePlan(plan, state)
  requireDead(before, state)
  const asked = wish ?? state.wish
  const resumed = {
    ...({ kind: 'resumed', at, process, plan } as const),
    wish: { ...asked, strict: strict || state.wish.strict, noMocks: noMocks || state.wish.noMocks },
  }
  const reopened = await reopenedActivities(plan, state, reopen, cwd)
  const retried = reopen.retry.map((activity) => ({
    ...({ kind: 'decided', at, activity, decision: 'retried', comment: null } as const),
    by: 'the command line',
  }))
  return {
    before,
    more: [
      resumed,
      ...reopened.map(({ activity, why }) => ({ kind: 'reopened', at, activity, why }) as const),
      ...retried,
    ],
  }
}

function requireSamePlan({ name }: QualificationPlan, { plan, qualificationId }: QualificationState): void {
  if (plan.name === name) return
  throw new HarnessError('USAGE', `${qualificationId} is of the plan ${plan.name}, not of ${name}`, {
    hint: 'Give the plan with which it was begun.',
  })
}

/** Neither the process of the qualification nor a command that it started may still run. */
function requireDead(entries: readonly QualificationEntry[], { activities }: QualificationState): void {
  const last = entries.findLast((entry) => entry.kind === 'begun' || entry.kind === 'resumed')
  const isOver = entries.at(-1)?.kind === 'finished'
  if (last !== undefined && 'process' in last && !isOver) requireEnded('the qualification', last.process)
  for (const [name, { status, child }] of activities)
    if (status === 'running' && child !== null) requireEnded(`the command of ${name}`, child)
}

function requireEnded(what: string, identity: ProcessIdentity): void {
  if (identity.pid === process.pid || !isOfThisHost(identity) || !isAlive(identity)) return
  throw new HarnessError('USAGE', `${what} still runs as process ${identity.pid}`, {
    hint: 'Wait for its end, or end it, before the qualification goes on.',
  })
}
