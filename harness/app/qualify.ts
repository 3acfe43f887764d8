/** `proofload qualify`: a qualification with every kind of activity, and approvals from elsewhere. */
import { resolve } from 'node:path'
import { foldQualification } from '../analysis/qualification/fold.ts'
import { isoOf } from '../base/clock.ts'
import { HarnessError } from '../base/errors.ts'
import type { TriageOutcome } from '../model/triage.ts'
import type { Host } from '../ports/host.ts'
import { type ApprovalDecision, writeDecision } from './qualification/decisions.ts'
import { readQualificationJournal } from './qualification/journal.ts'
import { loadOverrides, withInputs } from './qualification/load-work.ts'
import { inputValues } from './qualification/parts.ts'
import {
  type FinishedQualification,
  type QualificationRequest,
  type QualificationWatch,
  qualify,
} from './qualification/qualification.ts'
import type { Work, WorkEnd } from './qualification/work-context.ts'
import type { RunProgress } from './run/progress.ts'
import { withState } from './state/emergency.ts'
import { recoverRun } from './stored/recover.ts'
import { triage } from './triage.ts'

/** @throws HarnessError as `qualify` of the room */
export function runQualification(
  request: QualificationRequest,
  host: Host,
  progress: RunProgress,
  watch: QualificationWatch,
): Promise<FinishedQualification> {
  return qualify(request, host, { works: { triage: triageWork, recover: recoverRun }, progress, watch })
}

const REPRODUCED_RATIO_MIN = 0.9

const triageWork: Work<'triage'> = async (context) => {
  const { work, place } = context
  const request = {
    ...{ source: work.scenario, overrides: loadOverrides(context, work.overrides), threads: work.threads },
    ...{ outDir: place.folder, within: null, pool: null, state: place.state, stop: place.stop },
    inputs: inputValues(context.inputs),
    ...{ repeats: work.repeats, reproducedRatioMin: REPRODUCED_RATIO_MIN, armRollback: work.armRollback },
  }
  const record = await triage(request, withInputs(context), context.progress, () => undefined)
  if (place.stop.level !== 'none') return { outcome: 'cancelled', message: 'people ended it' }
  return { ...triageEnd(record.outcome), message: record.message, values: { outcome: record.outcome } }
}

function triageEnd(outcome: TriageOutcome): Pick<WorkEnd, 'outcome' | 'code'> {
  switch (outcome) {
    case 'recovered':
    case 'not-reproduced':
      return { outcome: 'passed' }
    case 'reproduced':
      return { outcome: 'failed', code: 'REPRODUCED' }
    case 'flaky':
      return { outcome: 'inconclusive', code: 'FLAKY' }
    case 'unsettled':
      return { outcome: 'failed', code: 'ROLLBACK_FAILED' }
  }
}

export interface ApprovalRequest extends Pick<ApprovalDecision, 'activity' | 'decision' | 'by' | 'comment'> {
  /** Folder of the qualification. */
  readonly folder: string
  readonly state: string
}

/** Writes a decision to the state store, where the qualification finds it. @throws HarnessError RECORD_NOT_FOUND, USAGE, STATE_UNREACHABLE */
export async function decideApproval(request: ApprovalRequest, host: Host): Promise<ApprovalDecision> {
  const { activity, decision, by, comment } = request
  const { plan, qualificationId } = foldQualification(
    await readQualificationJournal(resolve(host.cwd, request.folder)),
  )
  const approvals = plan.activities.filter(({ kind }) => kind === 'approval').map(({ name }) => name)
  if (!approvals.includes(activity))
    throw new HarnessError('USAGE', `${activity} is no approval of ${plan.name}`, {
      hint: approvals.length === 0 ? 'The plan has none.' : `Its approvals: ${approvals.join(', ')}.`,
    })
  const made = { activity, decision, by, comment, at: isoOf(host.clock.wallMs()) }
  await withState(request.state, host, (store) => writeDecision(store, qualificationId, made))
  return made
}
