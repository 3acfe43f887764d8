/** The load that shows a system healthy after an undo: the scenario of the run, shorter, judged by the same objectives. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { INITIAL_EMERGENCY } from '../../analysis/emergency.ts'
import { holds } from '../../analysis/evaluate.ts'
import { judge } from '../../analysis/judge.ts'
import { HarnessError } from '../../base/errors.ts'
import { givenUpBy } from '../../base/stop-request.ts'
import { formatAmount, formatDurationMs } from '../../base/units.ts'
import { byRun, type Emergency, stopsLoad } from '../../model/emergency.ts'
import type { RunPlan } from '../../model/plan.ts'
import type { RollbackFacts, ValidationSource } from '../../model/rollback-journal.ts'
import type { Verdict } from '../../model/verdict.ts'
import type { Host } from '../../ports/host.ts'
import type { StateStore } from '../../ports/state-store.ts'
import type { Overrides } from '../../scenario/overrides.ts'
import { resolveSecrets } from '../../scenario/secrets.ts'
import { openRunFolder } from '../../store/run-folder.ts'
import { exists } from '../../system/files.ts'
import { DEFAULT_REPORTS } from '../reports/documents.ts'
import { readEmergency } from '../run/emergency.ts'
import {
  type LaunchedTargets,
  launchTargets,
  lookBeforeLoad,
  type PreparedPlan,
  preparePlan,
  type requireClear,
} from '../run/prepare.ts'
import { publishRun } from '../run/publish.ts'
import { openGuard } from '../run/run-controls.ts'
import { createRunMask } from '../run/run-mask.ts'
import { measureRun } from '../visuals/run-visuals.ts'
import { lineOfOthers } from './deploy-lock.ts'
import type { RollbackHooks, Validated } from './request.ts'

/** Of a validation that is shorter than the warm-up of its run. */
const WARM_UP_SHARE_MAX = 0.25
const REASONS_SAID = 3

export interface ValidationParts {
  readonly source: ValidationSource
  readonly facts: RollbackFacts
  readonly validationMs: number
  /** Of the run: each attempt leaves `validation-<n>` in it. */
  readonly folder: string
  readonly store: StateStore
  /** Where the store is. */
  readonly location: string
  /** With the folder to which relative paths of the scenario refer. */
  readonly host: Host
  /** Targets of the run that run still; null: those that a scenario starts are started anew. */
  readonly live: LaunchedTargets | null
  readonly note: (message: string) => void
}

/** Each call loads the targets once, unless load is halted. No history, no comparison, no alerts, no objective that ends it, no rollback. */
export function createValidation(parts: ValidationParts): RollbackHooks['validate'] {
  return async (signal) => {
    const emergency = await emergencyOfOthers(parts.store, parts.facts.runId)
    if (stopsLoad(emergency.state)) return halted(haltText(emergency))
    const prepared = await prepareShorter(parts)
    const launched = parts.live ?? (await launchTargets(prepared.plan, parts.host, signal))
    try {
      const plan = { ...prepared.plan, targets: launched.plan.targets }
      return await load(parts, prepared, { ...launched, plan }, signal)
    } finally {
      if (parts.live === null) await launched.stop()
    }
  }
}

/** The flags of the run, and what makes it as long as a validation at most: the shape of its load is kept. */
export function shorterOverrides(plan: RunPlan, given: Overrides, validationMs: number): Overrides {
  if (plan.durationMs <= validationMs) return given
  const warmUpMs = plan.phases.reduce(
    (sum, { measured, startMs, endMs }) => sum + (measured ? 0 : endMs - startMs),
    0,
  )
  const shortened = {
    durationMs: validationMs,
    warmUpMs: Math.min(warmUpMs, Math.floor(WARM_UP_SHARE_MAX * validationMs)),
  }
  return { ...given, shortened }
}

async function prepareShorter({ source, validationMs, host }: ValidationParts): Promise<PreparedPlan> {
  const overrides = source.overrides as Overrides
  const { plan } = await preparePlan(source.source, overrides, host)
  return preparePlan(source.source, shorterOverrides(plan, overrides, validationMs), host)
}

async function load(
  parts: ValidationParts,
  prepared: PreparedPlan,
  { plan, pids }: LaunchedTargets,
  signal: AbortSignal,
): Promise<Validated> {
  const { source, facts, store, location, host, note } = parts
  const { threads } = source
  const secrets = resolveSecrets(plan.secrets, host.env)
  signal.throwIfAborted()
  const { number, path } = await nextFolder(parts.folder)
  const looks = [() => emergencyOfOthers(store, facts.runId), () => lineOfOthers(store)] as const
  requireNothing(await lookBeforeLoad(plan, threads, path, host, ...looks))
  const guard = await openGuard({ plan, secrets, store, location, enforce: null, host, note, giveUp: signal })
  const folder = openRunFolder(path)
  try {
    const record = await measureRun({
      runId: `${facts.runId}-validation-${number}`,
      correlationId: facts.correlationId,
      prepared,
      plan,
      pids,
      threads,
      secrets,
      folder,
      host,
      observer: { onInterval: () => undefined, onEvent: () => undefined, onNote: note },
      enforcing: { ...guard, unheeded: byRun(facts.runId) },
      // At once: who gives up the step does not wait for requests in flight.
      stop: givenUpBy(signal),
    })
    const { verdict } = await publishRun(record, judge(record, { strict: false }), {
      folder,
      cwd: host.cwd,
      mask: createRunMask(secrets, plan),
      reports: DEFAULT_REPORTS,
    })
    return record.status === 'halted' ? halted(sentenceOf(verdict)) : validated(plan, verdict)
  } finally {
    folder.close()
    await guard.close()
  }
}

/** Healthy is GO with no objective beyond its bound: a short load proves little, so what it saw counts as it is. */
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

/** A halt by the run itself was for the system that is put back by now. */
async function emergencyOfOthers(store: StateStore, runId: string): Promise<Emergency> {
  const emergency = await readEmergency(store)
  return emergency.by === byRun(runId) ? INITIAL_EMERGENCY : emergency
}

/** @throws HarnessError PREFLIGHT_BLOCKED that says in its message what blocks */
function requireNothing(findings: Parameters<typeof requireClear>[0]): void {
  const blocked = findings.filter(({ level }) => level === 'blocked')
  if (blocked.length === 0) return
  throw new HarnessError(
    'PREFLIGHT_BLOCKED',
    blocked.map(({ check, message }) => `${check}: ${message}`).join('; '),
    {
      hint: 'No load was sent: nobody knows whether the system is healthy.',
    },
  )
}

/** The first that is not there yet: a rollback that is resumed keeps what the process before it has left. */
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
      .slice(0, REASONS_SAID)
      .map(({ message }) => message)
      .join('; ')
  const { requests, durationS } = summary
  return `${formatAmount(requests, 'request')} in ${formatDurationMs(1000 * durationS)}`
}
