/** What can be done with baselines: letting runs in, looking at them, giving them other names, letting them go. */

import { userInfo } from 'node:os'
import { resolve } from 'node:path'
import {
  type Approval,
  differencesFrom,
  emptyBaseline,
  withNewestSessions,
  withRun,
} from '../analysis/comparison/baseline.ts'
import { judge } from '../analysis/judge.ts'
import { isoOf } from '../base/clock.ts'
import { HarnessError } from '../base/errors.ts'
import type { Baseline } from '../model/baseline.ts'
import type { Comparison } from '../model/comparison.ts'
import { outcomeText } from '../model/outcome-text.ts'
import type { RunRecord } from '../model/run-record.ts'
import type { VerdictOutcome } from '../model/verdict.ts'
import type { Host } from '../ports/host.ts'
import {
  type BaselineAddress,
  fileOf,
  listBaselines,
  readBaseline,
  removeBaseline,
  updateBaseline,
} from '../store/baselines.ts'
import { readRunRecord } from '../store/stored-run.ts'
import { type BaselineRef, compareWithBaseline } from './compare.ts'
import type { FinishedRun } from './run.ts'

export const BASELINES_FOLDER = 'baselines'
/** Of `baseline: auto`. */
export const AUTO_BASELINE = 'main'

export interface ApproveRequest {
  /** Folder or record of the run. */
  readonly run: string
  readonly name: string
  readonly folder: string
  readonly reason: string | null
  readonly by: string | null
  /** Commit or whatever else names the build. */
  readonly build: string | null
  /** Begin anew with this run when scenario, load or machine have changed. */
  readonly startOver: boolean
}

export interface Approved {
  readonly baseline: Baseline
  readonly file: string
  readonly outcome: VerdictOutcome
}

/** Lets a run into a baseline. @throws HarnessError RECORD_*, BASELINE_*, USAGE */
export async function approveRun(request: ApproveRequest, host: Host): Promise<Approved> {
  const record = await readRunRecord(request.run, host.cwd)
  const outcome = requireAcceptable(record, request)
  const address = { folder: resolve(host.cwd, request.folder), scenario: record.scenario, name: request.name }
  const approval: Approval = {
    at: isoOf(host.clock.wallMs()),
    by: request.by ?? userInfo().username,
    reason: request.reason ?? 'GO',
  }
  const baseline = await updateBaseline(address, (current) => {
    const base = request.startOver || current === null ? emptyBaseline(request.name, record) : current
    requireFitting(base, record)
    return withRun(base, record, outcome, request.build, approval)
  })
  return { baseline, file: fileOf(address), outcome }
}

/** GO runs enter by themselves, others by a reason; a measurement that cannot be believed never does. */
function requireAcceptable(record: RunRecord, { reason }: ApproveRequest): VerdictOutcome {
  const { outcome, validity } = judge(record, { strict: false })
  if (!validity.valid)
    throw new HarnessError('USAGE', `the run cannot be a baseline: ${validity.reasons[0]?.message}`, {
      hint: 'Only valid measurements enter a baseline, whatever the reason; run the scenario again.',
    })
  if (outcome !== 'GO' && reason === null)
    throw new HarnessError('USAGE', `the run is ${outcomeText(outcome)}, not GO`, {
      hint: 'Say why it is good enough with --reason, and it is accepted.',
    })
  return outcome
}

function requireFitting(baseline: Baseline, record: RunRecord): void {
  if (baseline.runs.some(({ id }) => id === record.runId))
    throw new HarnessError('USAGE', `the baseline ${baseline.name} holds the run ${record.runId} already`, {
      hint: 'See what it holds with: proofload baseline show.',
    })
  const differences = differencesFrom(baseline, record)
  if (differences.length > 0)
    throw new HarnessError(
      'BASELINE_MISMATCH',
      `the run does not compare with the baseline ${baseline.name}; changed: ${differences.join(', ')}`,
      { hint: 'Give it another --name, or begin the baseline anew with --start-over.' },
    )
}

/**
 * Lets the first GO run of a scenario with `baseline: auto` begin its baseline; gives its file. Null when there is one, or
 * the run is not good enough.
 */
export async function beginBaseline(
  finished: FinishedRun,
  folder: string,
  host: Host,
): Promise<string | null> {
  const run = finished.files['record']
  if (!mayBeginBaseline(finished) || run === undefined) return null
  const reason = 'first GO run (baseline: auto)'
  const request = { run, name: AUTO_BASELINE, folder, reason, by: null, build: null, startOver: false }
  return (await approveRun(request, host)).file
}

/** Whether it is the first GO run of a scenario with `baseline: auto`. */
export function mayBeginBaseline({ record, verdict }: FinishedRun): boolean {
  const isFirst = verdict.comparison?.checks[0]?.state === 'NO-BASELINE'
  return record.plan.autoBaseline && isFirst && verdict.outcome === 'GO'
}

/** What a run of a scenario with `baseline: auto` is compared with; others with nothing. */
export function autoBaseline(
  ref: Omit<BaselineRef, 'name'>,
  cwd: string,
): (record: RunRecord) => Promise<Comparison | null> {
  return (record) =>
    record.plan.autoBaseline
      ? compareWithBaseline(record, { ...ref, name: AUTO_BASELINE }, cwd)
      : Promise.resolve(null)
}

/** A baseline that has to be there. @throws HarnessError BASELINE_NOT_FOUND, BASELINE_INVALID */
export async function requireBaseline(address: BaselineAddress): Promise<Baseline> {
  const found = await readBaseline(address)
  if (found !== null) return found
  const others = (await listBaselines(address.folder)).map(({ scenario, name }) => `${scenario}/${name}`)
  throw new HarnessError('BASELINE_NOT_FOUND', `there is no baseline ${address.scenario}/${address.name}`, {
    hint:
      others.length === 0
        ? 'Approve a run first: proofload baseline approve reports/<scenario>/<runId> --name main'
        : `There are: ${others.join(', ')}.`,
  })
}

/** All baselines of a folder. @throws HarnessError BASELINE_INVALID */
export async function allBaselines(folder: string): Promise<Baseline[]> {
  const found: Baseline[] = []
  for (const address of await listBaselines(folder)) found.push(await requireBaseline(address))
  return found
}

/** @throws HarnessError BASELINE_*, USAGE when the new name is taken */
export async function renameBaseline(address: BaselineAddress, name: string): Promise<void> {
  const baseline = await requireBaseline(address)
  await updateBaseline({ ...address, name }, (taken) => {
    if (taken !== null)
      throw new HarnessError('USAGE', `there is a baseline ${address.scenario}/${name} already`, {
        hint: 'Choose another name, or prune that one first.',
      })
    return { ...baseline, name }
  })
  await removeBaseline(address)
}

/** Lets runs go that are not among the newest; gives what is left. @throws HarnessError BASELINE_* */
export async function pruneBaseline(address: BaselineAddress, keep: number): Promise<Baseline> {
  await requireBaseline(address)
  return updateBaseline(address, (current) => {
    return withNewestSessions(current ?? unreachableBaseline(address), keep)
  })
}

function unreachableBaseline({ scenario, name }: BaselineAddress): never {
  throw new HarnessError('BASELINE_NOT_FOUND', `the baseline ${scenario}/${name} was removed meanwhile`, {
    hint: 'Look again with: proofload baseline list.',
  })
}
