import type { CancelTimer, Clock } from '../base/clock.ts'

/**
 * Calls back in every turn of the event loop, between which I/O gets its turn. The loop never sleeps: a whole core, for
 * which starts are late by microseconds instead of up to a millisecond (ENGINE section 3).
 */
export function everyTurn(clock: Clock, callback: () => void): CancelTimer {
  let cancelNext: CancelTimer
  const turn = () => {
    cancelNext = clock.soon(turn)
    callback()
  }
  cancelNext = clock.soon(turn)
  return () => cancelNext()
}
