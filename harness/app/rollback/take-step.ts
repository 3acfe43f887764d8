/** One step: journalled before and after, limited in time, tried again where that is safe, told. Never throws. */
import { TaskCancelledError } from 'cockatiel'
import { isoOf } from '../../base/clock.ts'
import { messageOf } from '../../base/errors.ts'
import { resilient } from '../../base/resilience.ts'
import { formatDurationMs } from '../../base/units.ts'
import type { RollbackStepName, TakenStep } from '../../model/rollback.ts'
import type { RollbackWork } from './request.ts'

export interface RollbackStep {
  readonly name: RollbackStepName
  /** In all; more than one only for what is safe to repeat. */
  readonly attempts: number
  readonly pauseMs: number
  /** Limit of one attempt. */
  readonly timeoutMs: number
  /** Grace for an attempt that was given up, at its limit or by ctrl-C, to end before anything else is begun. */
  readonly endingMs: number
  /**
   * `must`: when it fails, all that follows is passed over but what is `always` taken.
   * `may`: its failure is written down, and the rollback goes on.
   * `always`: taken whatever became of the others, even when it cannot be written down.
   */
  readonly weight: 'must' | 'may' | 'always'
  /** True: ctrl-C ends it; false: it is let end. */
  readonly isInterruptible: boolean
  /** Resolves to one sentence. @throws PreventedError when somebody forbids it */
  readonly run: (signal: AbortSignal) => Promise<string>
}

/** A step could not be taken, which says nothing about the system. */
export class PreventedError extends Error {
  override readonly name = 'PreventedError'
}

export async function takeStep(step: RollbackStep, work: RollbackWork): Promise<TakenStep> {
  const { journal, mask } = work
  const { host, note } = work.request.run
  const { clock } = host
  const startedAt = isoOf(clock.wallMs())
  const startMs = clock.nowMs()
  work.onStep(step.name, null)
  const { message, ...end } = await attempt(step, startedAt, work)
  const durationMs = clock.nowMs() - startMs
  const taken = { name: step.name, ...end, startedAt, durationMs, message: mask(message) }
  try {
    journal.append({ kind: 'step-ended', at: isoOf(clock.wallMs()), step: taken })
  } catch (error) {
    note(messageOf(error))
  }
  work.onStep(step.name, taken)
  return taken
}

async function attempt(
  step: RollbackStep,
  at: string,
  work: RollbackWork,
): Promise<Pick<TakenStep, 'outcome' | 'message' | 'attempts'>> {
  const interrupted = work.request.run.stop.signal
  let attempts = 0
  let running: Promise<string> = Promise.resolve('')
  try {
    writeBefore(step, at, work)
    const message = await policyOf(step).execute(
      async ({ signal }: { readonly signal: AbortSignal }) => {
        await ended(running, step)
        attempts++
        running = step.run(signal)
        return running
      },
      step.isInterruptible ? interrupted : undefined,
    )
    return { outcome: 'succeeded', message, attempts }
  } catch (error) {
    await ended(running, step)
    const outcome = error instanceof PreventedError ? 'prevented' : 'failed'
    return { outcome, message: whyItFailed(error, step, interrupted), attempts }
  }
}

/** The policy gives an attempt up without waiting for it; what it began, such as load, may be there still. */
async function ended(running: Promise<string>, { endingMs }: RollbackStep): Promise<void> {
  if (endingMs === 0) return
  const limit = resilient({ attempts: 1, timeoutMs: endingMs, pauseMs: 0, breaker: null })
  await limit.execute(() => running).catch(() => undefined)
}

/** A step that was passed over because of what became of one before it. */
export function passOver({ name }: RollbackStep, work: RollbackWork): TakenStep {
  const startedAt = isoOf(work.request.run.host.clock.wallMs())
  const taken: TakenStep = { name, outcome: 'skipped', startedAt, durationMs: 0, attempts: 0, message: '' }
  work.onStep(name, taken)
  return taken
}

/** A step runs only if its journal entry could be written, except steps marked `always`. */
function writeBefore({ name, weight }: RollbackStep, at: string, { journal, request }: RollbackWork): void {
  try {
    journal.append({ kind: 'step-begun', at, step: name })
  } catch (error) {
    if (weight !== 'always') throw error
    request.run.note(messageOf(error))
  }
}

function policyOf({ attempts, timeoutMs, pauseMs }: RollbackStep) {
  return resilient({ attempts, timeoutMs, pauseMs, breaker: null })
}

function whyItFailed(error: unknown, step: RollbackStep, interrupted: AbortSignal): string {
  if (step.isInterruptible && interrupted.aborted) return 'interrupted'
  if (error instanceof TaskCancelledError) return `did not end within ${formatDurationMs(step.timeoutMs)}`
  return messageOf(error)
}
