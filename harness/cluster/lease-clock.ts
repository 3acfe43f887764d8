/**
 * A clock that looks at a lease before anything is called back: once the lease has ended it calls `onEnd`, and load stops before the
 * turn that would have sent more. A look in a timer of its own would come too late: after a process was stopped and goes on, any
 * other timer may be first.
 */
import type { Clock } from '../base/clock.ts'

/** The end of a lease in memory that threads share: milliseconds after `originMs`, a machine instant. */
export interface LeaseMemory {
  readonly originMs: number
  readonly buffer: SharedArrayBuffer
}

/** A lease that has not begun. */
export function allocateLease(clock: Clock): LeaseMemory {
  return {
    originMs: Math.floor(clock.nowMs() + clock.epochMs),
    buffer: new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT),
  }
}

/** Sets the machine instant at which the lease ends; -Infinity for at once. */
export function setLease({ originMs, buffer }: LeaseMemory, endMachineMs: number): void {
  const leftMs = Math.max(0, Math.floor(endMachineMs - originMs))
  Atomics.store(new Int32Array(buffer), 0, leftMs)
}

/** Wraps a clock. `onEnd` is called once. */
export function leaseClock(clock: Clock, { originMs, buffer }: LeaseMemory, onEnd: () => void): Clock {
  const end = new Int32Array(buffer)
  const originHereMs = originMs - clock.epochMs
  let hasEnded = false
  const look = () => {
    if (hasEnded || clock.nowMs() - originHereMs < Atomics.load(end, 0)) return
    hasEnded = true
    onEnd()
  }
  const looking = (callback: () => void) => () => {
    look()
    callback()
  }
  return {
    epochMs: clock.epochMs,
    nowMs: () => clock.nowMs(),
    wallMs: () => clock.wallMs(),
    after: (delayMs, callback) => clock.after(delayMs, looking(callback)),
    every: (periodMs, callback) => clock.every(periodMs, looking(callback)),
    soon: (callback) => clock.soon(looking(callback)),
  }
}
