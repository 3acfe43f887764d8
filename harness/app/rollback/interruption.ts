/** A press during a rollback: it is answered by a line each time, also where it has to wait. */
import type { RollbackStepName } from '../../model/rollback.ts'
import type { RunContext } from '../run/context.ts'

/** Runs a rollback that presses may interrupt: an undo under way is let end, and the process with it. */
export async function withInterruption<T>(
  run: RunContext,
  body: (run: RunContext) => Promise<T>,
): Promise<T> {
  const { stop, progress, note } = run
  let current: RollbackStepName | null = null
  let release: () => void = () => undefined
  const forgetPresses = stop.onPress((level) => {
    note(`interrupted${level === 'abort' ? ' again' : ''}: ${consequenceFor(current)}`)
  })
  const heeding: typeof progress = {
    ...progress,
    onStep(step, taken) {
      current = taken === null ? step : null
      release()
      if (current === 'undo') release = stop.hold()
      progress.onStep(step, taken)
    },
  }
  try {
    return await body({ ...run, progress: heeding })
  } finally {
    release()
    forgetPresses()
  }
}

function consequenceFor(step: RollbackStepName | null): string {
  const last = 'only the deploy lock is still released'
  return step === 'undo'
    ? `waiting for the undo to finish: stopping it half-way would leave the system in an unknown state; after it, ${last}`
    : last
}
