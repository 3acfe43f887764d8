/** The load that shows a system healthy after an undo: the scenario of the run, shorter, judged by the same objectives. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { HarnessError } from '../../base/errors.ts'
import { givenUpBy } from '../../base/stop-request.ts'
import { formatAmount, formatDurationMs } from '../../base/units.ts'
import { byRun, type Emergency, stopsLoad } from '../../model/emergency.ts'
import { holds } from '../../model/holds.ts'
import type { RunPlan } from '../../model/plan.ts'
import type { RollbackFacts, ValidationSource } from '../../model/rollback-journal.ts'
import type { Verdict } from '../../model/verdict.ts'
import type { Overrides } from '../../scenario/overrides.ts'
import { exists } from '../../system/files.ts'
import { type RunContext, withChildContext } from '../run/context.ts'
import type { RunningTargets } from '../run/launch-targets.ts'
import { judgeLoad, ONLY_ATTEMPT } from '../run/load.ts'
import { preparePlan } from '../run/prepare.ts'
import { SILENT_PROGRESS } from '../run/progress.ts'
import { MEASURE_ONLY } from '../run/request.ts'
import { readEmergency } from '../state/emergency.ts'
import type { RollbackHooks, Validated } from './request.ts'
import { shorterOverrides } from './shorter-load.ts'

const REASONS_MAX = 3

export interface ValidationOptions {
  readonly source: ValidationSource
  readonly facts: RollbackFacts
  readonly validationMs: number
  /** Path of the folder of the run: each attempt leaves `validation-<n>` in it. */
  readonly folder: string
  /** Targets of the run that run still; null: those that a scenario starts are started anew. */
  readonly targets: RunningTargets | null
}

/**
 * Makes the step that validates. Each call loads the targets once, unless load is halted. No history, no comparison, no
 * alerts, no objective that ends it, no rollback.
 * @param run whose host has the folder to which relative paths of the scenario refer
 */
export function createValidation(run: RunContext, options: ValidationOptions): RollbackHooks['validate'] {
  const { facts, folder } = options
  // A halt by the run itself was for the system that is put back by now.
  const ignoreHaltsBy = byRun(facts.runId)
  return async (signal) => {
    const emergency = await readEmergency(run.store, ignoreHaltsBy)
    if (stopsLoad(emergency.state)) return halted(haltText(emergency))
    signal.throwIfAborted()
    const { number, path } = await nextFolder(folder)
    const child = {
      runId: `${facts.runId}-validation-${number}`,
      correlationId: facts.correlationId,
      outDir: path,
      // At once: who gives up the step does not wait for requests in flight.
      stop: givenUpBy(signal),
      progress: SILENT_PROGRESS,
      ignoreHaltsBy,
    }
    return await withChildContext(run, child, (validation) => validate(validation, options))
  }
}

async function validate(
  run: RunContext,
  { source, validationMs, targets }: ValidationOptions,
): Promise<Validated> {
  const given = source.overrides as Overrides
  const { plan } = await preparePlan(source.source, given, run.host, run.stop.signal)
  const overrides = shorterOverrides(plan, given, validationMs)
  const request = { ...MEASURE_ONLY, ...source, overrides }
  const place = { targets, folder: run.outDir }
  const { load, published } = await judgeLoad(run, request, ONLY_ATTEMPT, place).catch(sayWhatBlocks)
  const { record, verdict } = published
  return record.status === 'halted' ? halted(sentenceOf(verdict)) : validated(load.plan, verdict)
}

/** The record of a step is one sentence: what blocked the load stands in it. */
function sayWhatBlocks(error: unknown): never {
  if (!(error instanceof HarnessError) || error.code !== 'PREFLIGHT_BLOCKED') throw error
  const problems = error.problems.map(({ path, message }) => `${path}: ${message}`)
  throw new HarnessError('PREFLIGHT_BLOCKED', problems.join('; '), {
    hint: 'No load was sent, so it is not known whether the system is healthy.',
  })
}

/** Takes a system for healthy on GO with no objective beyond its bound: a short load proves little, so its figures count as they are. */
function validated({ objectives }: RunPlan, verdict: Verdict): Validated {
  const beyond = verdict.objectives.find(
    ({ observed, bound }, i) => observed !== null && !holds(observed, objectives[i]?.op ?? '<=', bound),
  )
  if (verdict.outcome !== 'GO' || beyond === undefined)
    return { outcome: verdict.outcome, message: sentenceOf(verdict) }
  return { outcome: 'INCONCLUSIVE', message: `not shown healthy: ${beyond.message}` }
}

function halted(message: string): Validated {
  return { outcome: 'HALTED', message }
}

function haltText({ state, by, at, reason }: Emergency): string {
  return `load is halted (${state}) by ${by} at ${at}: ${reason}`
}

/** Makes the first folder that is not there yet: a rollback that is resumed keeps those of the process before it. */
async function nextFolder(runFolder: string): Promise<{ readonly number: number; readonly path: string }> {
  for (let number = 1; ; number++) {
    const path = join(runFolder, `validation-${number}`)
    if (await exists(path)) continue
    await mkdir(path)
    return { number, path }
  }
}

function sentenceOf({ outcome, reasons, summary }: Verdict): string {
  if (outcome !== 'GO')
    return reasons
      .slice(0, REASONS_MAX)
      .map(({ message }) => message)
      .join('; ')
  const { requests, durationS } = summary
  return `${formatAmount(requests, 'request')} in ${formatDurationMs(1000 * durationS)}`
}
