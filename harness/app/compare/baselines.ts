/** Baselines: approving runs, listing, renaming and pruning them. */

import { userInfo } from 'node:os'
import { resolve } from 'node:path'
import {
  type Approval,
  differencesFrom,
  emptyBaseline,
  requestsMissing,
  withNewestSessions,
  withRun,
} from '../../analysis/comparison/baseline.ts'
import { judge } from '../../analysis/judge.ts'
import { isoOf } from '../../base/clock.ts'
import { HarnessError } from '../../base/errors.ts'
import { nearestName } from '../../base/nearest-name.ts'
import { formatAmount, formatCount } from '../../base/units.ts'
import type { Baseline } from '../../model/baseline.ts'
import type { Comparison } from '../../model/comparison.ts'
import type { RunRecord } from '../../model/run-record.ts'
import type { VerdictOutcome } from '../../model/verdict.ts'
import type { Host } from '../../ports/host.ts'
import {
  type BaselineAddress,
  fileOf,
  listBaselines,
  readBaseline,
  removeBaseline,
  updateBaseline,
} from '../../store/baselines.ts'
import { readRunRecord, readVerdictBeside } from '../../store/stored-run.ts'
import { outcomeText } from '../../text/outcome-text.ts'
import type { FinishedRun } from '../run/publish.ts'
import type { Comparer } from '../run/request.ts'
import {
  addressOf,
  type BaselineComparisonOptions,
  type BaselineRef,
  comparedBaseline,
  compareWithBaseline,
  withoutBaseline,
} from './compare.ts'

export const BASELINES_FOLDER = 'baselines'
/** Name of the baseline of `baseline: auto`. */
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

/** Approves a run for a baseline. @throws HarnessError RECORD_*, BASELINE_*, USAGE */
export async function approveRun(request: ApproveRequest, host: Host): Promise<Approved> {
  const record = await readRunRecord(request.run, host.cwd)
  const published = await readVerdictBeside(request.run, record, host.cwd)
  const outcome = requireAcceptable(record, published?.comparison ?? null, request)
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

/** Accepts GO runs, and others with a reason; never a measurement that cannot be believed, or that nothing compares with. */
function requireAcceptable(
  record: RunRecord,
  comparison: Comparison | null,
  { reason }: ApproveRequest,
): VerdictOutcome {
  const { outcome, validity } = judge(record, { strict: false, comparison })
  if (!validity.valid)
    throw new HarnessError('USAGE', `the run cannot be a baseline: ${validity.reasons[0]?.message}`, {
      hint: 'Only valid measurements enter a baseline, whatever the reason; run the scenario again.',
    })
  const few = requestsMissing(record)
  if (few !== null)
    throw new HarnessError(
      'USAGE',
      `the run cannot be a baseline: ${formatAmount(record.summaries.all.requests, 'request')} are too few to compare the p99 of later runs with`,
      {
        hint: `Run the scenario longer or with more load: ${formatCount(few.needed)} requests are needed.`,
      },
    )
  if (outcome !== 'GO' && reason === null)
    throw new HarnessError('USAGE', `the run is ${outcomeText(outcome)}, not GO`, {
      hint: 'To approve it anyway, say why with --reason.',
    })
  return outcome
}

function requireFitting(baseline: Baseline, record: RunRecord): void {
  if (baseline.runs.some(({ id }) => id === record.runId))
    throw new HarnessError('USAGE', `the baseline ${baseline.name} already holds the run ${record.runId}`, {
      hint: 'List its runs with: proofload baseline show.',
    })
  const differences = differencesFrom(baseline, record)
  if (differences.length > 0)
    throw new HarnessError(
      'BASELINE_MISMATCH',
      `the run does not compare with the baseline ${baseline.name}; changed: ${differences.join(', ')}`,
      { hint: 'Give it another --name, or start the baseline again with --start-over.' },
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

/** Tests whether it is the first GO run of a scenario with `baseline: auto`, and large enough to compare with. */
export function mayBeginBaseline({ record, verdict }: FinishedRun): boolean {
  const isFirst = verdict.comparison?.checks[0]?.state === 'NO-BASELINE'
  const isLarge = requestsMissing(record) === null
  return record.plan.autoBaseline && isFirst && isLarge && verdict.outcome === 'GO'
}

/** Compares a run of a scenario with `baseline: auto` with what is there already; others with nothing. */
export function autoBaseline(ref: Omit<BaselineRef, 'name'>, cwd: string): Comparer {
  const auto = { ...ref, name: AUTO_BASELINE }
  return {
    async require({ autoBaseline: isAuto, scenario }) {
      if (isAuto) await readBaseline(addressOf(auto, scenario, cwd))
    },
    beginsIn: ({ autoBaseline: isAuto }) => (isAuto ? resolve(cwd, ref.folder) : null),
    async compare(record) {
      if (!record.plan.autoBaseline) return null
      const baseline = await readBaseline(addressOf(auto, record.scenario, cwd))
      if (baseline === null) return withoutBaseline(record, AUTO_BASELINE)
      return compareWithBaseline(record, baseline, { ...auto, mismatch: 'caution', rerun: null })
    },
    baselineOf: (record, comparison) => comparedBaseline(record, comparison, auto.folder, cwd),
  }
}

/** Compares with a baseline that was asked for by its name: where that cannot be done, the run is not GO. */
export function namedBaseline(
  ref: BaselineRef,
  cwd: string,
  rerun: BaselineComparisonOptions['rerun'] = null,
): Comparer {
  return {
    async require({ scenario }) {
      await requireBaseline(addressOf(ref, scenario, cwd))
    },
    beginsIn: () => null,
    async compare(record) {
      const baseline = await requireBaseline(addressOf(ref, record.scenario, cwd))
      return compareWithBaseline(record, baseline, { ...ref, mismatch: 'invalid', rerun })
    },
    baselineOf: (record, comparison) => comparedBaseline(record, comparison, ref.folder, cwd),
  }
}

/** A baseline that has to be there. @throws HarnessError BASELINE_NOT_FOUND, BASELINE_INVALID */
export async function requireBaseline(address: BaselineAddress): Promise<Baseline> {
  const found = await readBaseline(address)
  if (found !== null) return found
  const { folder, scenario, name } = address
  const others = await listBaselines(folder)
  const own = others.filter((other) => other.scenario === scenario).map((other) => other.name)
  throw new HarnessError('BASELINE_NOT_FOUND', `there is no baseline ${scenario}/${name} in ${folder}`, {
    hint: baselineHint(name, own, others),
  })
}

/** @param own names of baselines of the scenario @param others of the folder, of all scenarios */
function baselineHint(name: string, own: readonly string[], others: readonly BaselineAddress[]): string {
  const nearest = nearestName(name, own)
  if (nearest !== undefined) return `Did you mean ${nearest}? The scenario has: ${own.join(', ')}.`
  if (own.length > 0) return `The scenario has: ${own.join(', ')}.`
  return others.length === 0
    ? 'Approve a run first: proofload baseline approve reports/<scenario>/<runId> --name main'
    : `There are: ${others.map((other) => `${other.scenario}/${other.name}`).join(', ')}.`
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

/** Removes runs that are not among the newest; resolves to what is left. @throws HarnessError BASELINE_* */
export async function pruneBaseline(address: BaselineAddress, keep: number): Promise<Baseline> {
  await requireBaseline(address)
  return updateBaseline(address, (current) => {
    return withNewestSessions(current ?? unreachableBaseline(address), keep)
  })
}

function unreachableBaseline({ scenario, name }: BaselineAddress): never {
  throw new HarnessError(
    'BASELINE_NOT_FOUND',
    `the baseline ${scenario}/${name} was removed in the meantime`,
    {
      hint: 'List the baselines with: proofload baseline list.',
    },
  )
}
