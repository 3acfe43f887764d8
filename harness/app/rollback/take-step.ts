/** One step: written down before and after, limited in time, tried again where that is safe, told. Never throws. */
import { TaskCancelledError } from 'cockatiel'
import { isoOf } from '../../base/clock.ts'
import { messageOf } from '../../base/errors.ts'
import { resilient } from '../../base/resilience.ts'
import type { MaskText } from '../../base/secret-mask.ts'
import { formatDurationMs } from '../../base/units.ts'
import type { RollbackStepName, TakenStep } from '../../model/rollback.ts'
import type { RollbackJournal } from './journal.ts'
import type { RollbackSurroundings, StepListener } from './request.ts'

export interface RollbackStep {
  readonly name: RollbackStepName
  /** In all; more than one only for what is safe to repeat. */
  readonly attempts: number
  readonly pauseMs: number
  /** Of one attempt. */
  readonly timeoutMs: number
  /** How long one that was given up, at its limit or by ctrl-C, may take to end before anything else is begun. */
  readonly endingMs: number
  /**
   * `must`: when it fails, all that follows is passed over but what is `always` taken.
   * `may`: its failure is written down, and the rollback goes on.
   * `always`: taken whatever became of the others, even when it cannot be written down.
   */
  readonly weight: 'must' | 'may' | 'always'
  /** Whether ctrl-C ends it; else it is let end. */
  readonly isInterruptible: boolean
  /** Resolves to one sentence. @throws PreventedError when somebody forbids it */
  readonly run: (signal: AbortSignal) => Promise<string>
}

/** A step could not be taken, which says nothing about the system. */
export class PreventedError extends Error {
  override readonly name = 'PreventedError'
}

export interface StepSurroundings extends Pick<RollbackSurroundings, 'clock' | 'interrupted' | 'note'> {
  readonly journal: RollbackJournal
  readonly mask: MaskText
  readonly onStep: StepListener
}

export async function takeStep(step: RollbackStep, around: StepSurroundings): Promise<TakenStep> {
  const { clock, journal, note, mask } = around
  const startedAt = isoOf(clock.wallMs())
  const startMs = clock.nowMs()
  around.onStep(step.name, null)
  const { message, ...end } = await attempt(step, startedAt, around)
  const durationMs = clock.nowMs() - startMs
  const taken = { name: step.name, ...end, startedAt, durationMs, message: mask(message) }
  try {
    journal.append({ kind: 'step-ended', at: isoOf(clock.wallMs()), step: taken })
  } catch (error) {
    note(messageOf(error))
  }
  around.onStep(step.name, taken)
  return taken
}

async function attempt(
  step: RollbackStep,
  at: string,
  around: StepSurroundings,
): Promise<Pick<TakenStep, 'outcome' | 'message' | 'attempts'>> {
  let attempts = 0
  let running: Promise<string> = Promise.resolve('')
  try {
    writeBefore(step, at, around)
    const message = await policyOf(step).execute(
      async ({ signal }: { readonly signal: AbortSignal }) => {
        await ended(running, step)
        attempts++
        running = step.run(signal)
        return running
      },
      step.isInterruptible ? around.interrupted : undefined,
    )
    return { outcome: 'succeeded', message, attempts }
  } catch (error) {
    await ended(running, step)
    const outcome = error instanceof PreventedError ? 'prevented' : 'failed'
    return { outcome, message: whyItFailed(error, step, around.interrupted), attempts }
  }
}

/** The policy gives an attempt up without waiting for it; what it began, such as load, may be there still. */
async function ended(running: Promise<string>, { endingMs }: RollbackStep): Promise<void> {
  if (endingMs === 0) return
  const limit = resilient({ attempts: 1, timeoutMs: endingMs, pauseMs: 0, breaker: null })
  await limit.execute(() => running).catch(() => undefined)
}

/** A step that was passed over because of what became of one before it. */
export function passOver({ name }: RollbackStep, around: StepSurroundings): TakenStep {
  const startedAt = isoOf(around.clock.wallMs())
  const taken: TakenStep = { name, outcome: 'skipped', startedAt, durationMs: 0, attempts: 0, message: '' }
  around.onStep(name, taken)
  return taken
}

/** What cannot be written down first is not done, unless it is always done. */
function writeBefore({ name, weight }: RollbackStep, at: string, { journal, note }: StepSurroundings): void {
  try {
    journal.append({ kind: 'step-begun', at, step: name })
  } catch (error) {
    if (weight !== 'always') throw error
    note(messageOf(error))
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
