/** What a press means to a rollback. It is said each time, also where it has to wait. */
import type { StopRequest } from '../../base/stop-request.ts'
import type { RollbackStepName } from '../../model/rollback.ts'
import type { StepListener } from './request.ts'

export interface Interruption {
  /** To be told of the steps: an undo under way is let end, and the process with it. */
  readonly onStep: StepListener
  /** Presses are no longer heard. */
  forget(): void
}

export function followInterruption(stop: StopRequest, note: (message: string) => void): Interruption {
  let current: RollbackStepName | null = null
  let release: () => void = () => undefined
  const forgetPresses = stop.onPress((level) => {
    note(`interrupted${level === 'abort' ? ' again' : ''}: ${whatNow(current)}`)
  })
  return {
    onStep(step, taken) {
      current = taken === null ? step : null
      release()
      if (current === 'undo') release = stop.hold()
    },
    forget() {
      release()
      forgetPresses()
    },
  }
}

function whatNow(step: RollbackStepName | null): string {
  const last = 'nothing else is begun but the release of the line'
  return step === 'undo'
    ? `the undo is let end, because nobody knows what half of it leaves behind; after it, ${last}`
    : last
}
