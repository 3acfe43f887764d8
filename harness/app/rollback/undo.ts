/**
 * The undo: every procedure that was asked for, once. One that was begun by a process which was killed is never run again by
 * itself: its child is waited for, and its end counts as not seen.
 */
import { bySeverity, proceduresAskedFor } from '../../analysis/rollback-decision.ts'
import { isoOf, sleep } from '../../base/clock.ts'
import { HarnessError, messageOf } from '../../base/errors.ts'
import { fillSecrets } from '../../base/fill-secrets.ts'
import { lookUp } from '../../base/names.ts'
import { resilient } from '../../base/resilience.ts'
import { formatAmount, formatDurationMs } from '../../base/units.ts'
import type { ProcessIdentity } from '../../model/line.ts'
import type { PluginPlan } from '../../model/plan.ts'
import type { RollbackViolation, UndoneProcedure } from '../../model/rollback.ts'
import type { RollbackContext } from '../../ports/rollback-procedure.ts'
import { rollbackProcedures } from '../../rollback/index.ts'
import { killGroup } from '../../system/child-process.ts'
import { isAlive, isOfThisHost, processIdentity } from '../../system/process-identity.ts'
import { describeProcedure } from './describe.ts'
import type { RollbackRequest, RollbackWork } from './request.ts'

const LOOK_MS = 100
/** Grace for a procedure that was killed at its limit. */
const LAST_WORDS_MS = 5_000

/** All procedures of the plan that violations ask for, before any is run. */
export function notYetUndone({ plan, violations }: RollbackRequest): UndoneProcedure[] {
  return proceduresAskedFor(violations).map((name) => ({
    name,
    plugin: lookUp(plan.procedures, name)?.plugin ?? '',
    description: describeProcedure(plan, name),
    outcome: 'not-run',
    message: '',
    attempts: 0,
    durationMs: 0,
  }))
}

/** Runs one procedure, unless it was begun before. @throws HarnessError REPORT_UNWRITABLE when it cannot be written down first */
export async function undoOne(planned: UndoneProcedure, work: RollbackWork): Promise<UndoneProcedure> {
  const before = work.state.undos.get(planned.name)
  if (before === undefined) return begin(planned, work, 1)
  if (before.ended === null) await waitForExit(before.children, work)
  const ended = before.ended ?? unseen(planned)
  if (work.repeatUndo && ended.outcome !== 'succeeded') return begin(planned, work, ended.attempts + 1)
  if (before.ended === null) writeEnd(ended, work)
  return ended
}

/** One sentence on why it is undone. */
export function reasonOf(violations: readonly RollbackViolation[]): string {
  const [worst, ...others] = bySeverity(violations)
  const more = others.length === 0 ? '' : ` (and ${formatAmount(others.length, 'other violation')})`
  return `${worst?.message ?? 'the run is NO-GO'}${more}`
}

async function begin(
  planned: UndoneProcedure,
  work: RollbackWork,
  attempts: number,
): Promise<UndoneProcedure> {
  const { request, journal, mask } = work
  const { clock } = request.run.host
  journal.append({ kind: 'undo-begun', at: isoOf(clock.wallMs()), procedure: planned.name })
  const startMs = clock.nowMs()
  const end = await run(planned.name, work).then(
    (message) => ({ outcome: 'succeeded' as const, message }),
    (error: unknown) => ({ outcome: 'failed' as const, message: messageOf(error) }),
  )
  const durationMs = clock.nowMs() - startMs
  const undone = { ...planned, outcome: end.outcome, message: mask(end.message), attempts, durationMs }
  writeEnd(undone, work)
  return undone
}

/** @throws HarnessError ROLLBACK_FAILED, and whatever else a procedure throws */
async function run(name: string, work: RollbackWork): Promise<string> {
  const { request } = work
  const procedure: PluginPlan | undefined = lookUp(request.plan.procedures, name)
  if (procedure === undefined)
    throw new HarnessError('ROLLBACK_FAILED', `there is no procedure ${name}`, {
      hint: `Known: ${Object.keys(request.plan.procedures).join(', ')}.`,
    })
  const plugin = rollbackProcedures.get(procedure.plugin)
  const config = fillSecrets(procedure.config, request.secrets)
  const report = await withinLimit(request.plan.stepTimeoutMs, (signal) =>
    plugin.undo(config, contextOf(name, work, signal)),
  )
  return report.message
}

function contextOf(name: string, { request, journal }: RollbackWork, signal: AbortSignal): RollbackContext {
  const { rollbackId, facts, violations, run } = request
  const { clock, cwd, env } = run.host
  return {
    rollbackId,
    runId: facts.runId,
    scenario: facts.scenario,
    correlationId: facts.correlationId,
    reason: reasonOf(violations),
    idempotencyKey: `${rollbackId}/${name}`,
    clock,
    cwd,
    env,
    signal,
    onChild(pid) {
      try {
        const at = isoOf(clock.wallMs())
        journal.append({ kind: 'undo-child', at, procedure: name, process: processIdentity(pid) })
      } catch (error) {
        // It runs: all that is lost is that a resumed rollback could wait for it.
        run.note(messageOf(error))
      }
    },
  }
}

/** At the limit the signal aborts, and what the procedure then has to say is heard. */
async function withinLimit<T>(limitMs: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  let running: Promise<T> | undefined
  try {
    return await limitOf(limitMs).execute(({ signal }) => {
      running = work(signal)
      return running
    })
  } catch (error) {
    const working = running
    if (working === undefined) throw error
    return await limitOf(LAST_WORDS_MS).execute(() => working)
  }
}

function limitOf(timeoutMs: number) {
  return resilient({ attempts: 1, timeoutMs, pauseMs: 0, breaker: null })
}

/** Waits for the children of a process that was killed; at the limit of the step they are killed, as it would have done. */
async function waitForExit(children: readonly ProcessIdentity[], { request }: RollbackWork): Promise<void> {
  const { plan, run } = request
  const { note, host } = run
  const alive = () => children.filter((child) => isOfThisHost(child) && isAlive(child))
  const pids = alive().map(({ pid }) => pid)
  if (pids.length === 0) return
  note(`waiting for the undo that was begun before (process ${pids.join(', ')})`)
  try {
    await limitOf(plan.stepTimeoutMs).execute(async ({ signal }) => {
      while (alive().length > 0 && !signal.aborted) await sleep(host.clock, LOOK_MS)
    })
  } catch {
    note(`it did not end within ${formatDurationMs(plan.stepTimeoutMs)} and is killed`)
    for (const child of alive()) killGroup(child.pid)
  }
}

function unseen(planned: UndoneProcedure): UndoneProcedure {
  const message = 'its end was not seen: the process that ran it was killed'
  return { ...planned, outcome: 'unseen', message, attempts: 1 }
}

function writeEnd(procedure: UndoneProcedure, { request, journal }: RollbackWork): void {
  try {
    journal.append({ kind: 'undo-ended', at: isoOf(request.run.host.clock.wallMs()), procedure })
  } catch (error) {
    request.run.note(messageOf(error))
  }
}
