/** What ctrl-C means to a rollback. It is said each time, also where it has to wait. */
import type { RollbackStepName } from '../../model/rollback.ts'
import type { Host } from '../../ports/host.ts'
import type { StepListener } from './request.ts'

export interface Interruption {
  readonly signal: AbortSignal
  /** To be told of the steps: an undo under way is let end. */
  readonly onStep: StepListener
  /** Signals are no longer heard. */
  forget(): void
}

export function followInterruption(
  { onSignal }: Pick<Host, 'onSignal'>,
  note: (message: string) => void,
): Interruption {
  const interrupted = new AbortController()
  let current: RollbackStepName | null = null
  const forget = onSignal(() => {
    note(`interrupted${interrupted.signal.aborted ? ' again' : ''}: ${whatNow(current)}`)
    interrupted.abort()
  })
  return {
    signal: interrupted.signal,
    onStep(step, taken) {
      current = taken === null ? step : null
    },
    forget,
  }
}

function whatNow(step: RollbackStepName | null): string {
  const last = 'nothing else is begun but the release of the line'
  return step === 'undo'
    ? `the undo is let end, because nobody knows what half of it leaves behind; after it, ${last}`
    : last
}
