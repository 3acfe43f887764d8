import type { CancelTimer, Clock } from '../base/clock.ts'

/**
 * Calls back in every turn of the event loop, between which I/O is served. The loop never sleeps: it takes a full core, for
 * starts that are late by microseconds instead of up to a millisecond.
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
