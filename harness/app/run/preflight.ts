/** Checks before load: what would spoil it is found before the first request, and before any process is started. */
import { HarnessError } from '../../base/errors.ts'
import { unlessStopped } from '../../base/stop-request.ts'
import type { PreflightFinding } from '../../ports/preflight.ts'
import { checkBeforeLaunch, checkTargets } from '../../preflight/index.ts'
import { chooseMocks, mockFindings } from './choose-mocks.ts'
import type { RunContext } from './context.ts'
import {
  alreadyRunning,
  launchLoad,
  type PlannedLoad,
  type PreparedLoad,
  type RunningTargets,
  withTargets,
} from './launch-targets.ts'
import { type CheckedPlaces, preflightContext, type WithSecrets } from './preflight-context.ts'
import { createRunMask } from './run-mask.ts'

export type { CheckedPlaces } from './preflight-context.ts'

/** The result of preflight. */
interface CheckedLoad {
  /** Without secrets. */
  readonly findings: readonly PreflightFinding[]
  /** Null: something blocks the run, so that no target was launched. */
  readonly load: PreparedLoad | null
}

/**
 * Runs every check. Targets are launched between those that look at the plan and this machine and those that ask a target,
 * and only when none of the former blocks.
 * @param running targets that are up already
 * @throws HarnessError TARGET_LAUNCH_FAILED, INTERRUPTED
 */
export async function checkAndLaunch(
  run: RunContext,
  planned: PlannedLoad,
  places: CheckedPlaces,
  running: RunningTargets | null = null,
): Promise<CheckedLoad> {
  // It goes on whatever is found, with the targets that it was begun with.
  if (planned.begun !== null)
    return { findings: [], load: withTargets(planned, alreadyRunning(planned.plan)) }
  const all = { ...places, secrets: presentSecrets(planned) }
  const mask = createRunMask(all.secrets ?? {}, planned.plan)
  const targets = running?.plan.targets ?? planned.plan.targets
  const context = preflightContext(run, { ...planned, plan: { ...planned.plan, targets } }, all)
  const first = await unlessStopped(run.stop.signal, 'during preflight', () => checkBeforeLaunch(context))
  const mayMock = running === null && !isBlocked(first)
  const chosen = await unlessStopped(run.stop.signal, 'during preflight', () =>
    mayMock ? chooseMocks(planned, context) : Promise.resolve(planned),
  )
  const before = chosen === planned ? first : await checkMocked(run, chosen, all)
  const load = isBlocked(before) ? null : await launchLoad(run, chosen, running)
  const asked = load === null ? context : preflightContext(run, load, all)
  const after = await unlessStopped(run.stop.signal, 'during preflight', () => checkTargets(asked, before))
  const found = [...before, ...after]
  const byWorkers =
    load === null || isBlocked(found)
      ? []
      : await unlessStopped(run.stop.signal, 'during preflight', () => run.driver.look(load.plan))
  return { findings: mask.data([...found, ...byWorkers]), load }
}

/** Checks again with mocks in the places of targets: they are on hosts and ports of their own. */
async function checkMocked(
  run: RunContext,
  mocked: PlannedLoad,
  places: CheckedPlaces & WithSecrets,
): Promise<PreflightFinding[]> {
  const context = preflightContext(run, mocked, places)
  const found = await unlessStopped(run.stop.signal, 'during preflight', () => checkBeforeLaunch(context))
  return [...found, ...mockFindings(mocked)]
}

/** Runs the checks that need no target, for what is started before the load is. @throws HarnessError INTERRUPTED, PREFLIGHT_BLOCKED */
export async function requireClearBefore(
  run: RunContext,
  planned: PlannedLoad,
  places: CheckedPlaces,
): Promise<void> {
  const secrets = presentSecrets(planned)
  const context = preflightContext(run, planned, { ...places, secrets })
  const found = await unlessStopped(run.stop.signal, 'during preflight', () => checkBeforeLaunch(context))
  requireClear(createRunMask(secrets ?? {}, planned.plan).data(found))
}

/** Null when one is missing: a check says which. */
function presentSecrets({ runSecrets }: PlannedLoad): Readonly<Record<string, string>> | null {
  try {
    return runSecrets.values()
  } catch (error) {
    if (error instanceof HarnessError && error.code === 'SECRET_MISSING') return null
    throw error
  }
}

/** Returns the load that may be sent. @throws HarnessError PREFLIGHT_BLOCKED */
export function requireLaunched({ findings, load }: CheckedLoad): PreparedLoad {
  requireClear(findings)
  if (load === null) throw new Error('a load that nothing blocks was not launched')
  return load
}

/** @throws HarnessError PREFLIGHT_BLOCKED with every finding that blocks */
export function requireClear(findings: readonly PreflightFinding[]): void {
  if (!isBlocked(findings)) return
  throw new HarnessError('PREFLIGHT_BLOCKED', 'preflight blocked the run; no load was sent', {
    problems: findings
      .filter(({ level }) => level === 'blocked')
      .map(({ check, message, hint }) => ({
        path: check,
        message,
        ...(hint === undefined ? {} : { expected: hint }),
      })),
    hint: 'Fix the problems listed above; `proofload preflight SCENARIO` checks again without sending load.',
  })
}

function isBlocked(findings: readonly PreflightFinding[]): boolean {
  return findings.some(({ level }) => level === 'blocked')
}
