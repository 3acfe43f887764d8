/** The distance between the clocks of two machines, from questions that went there and back. Pure. */
import type { ClockDistance } from '../model/cluster/orders.ts'

/** One question: its sending and the arrival of its answer by the own clock, and the other clock in between. */
export interface ClockLook {
  readonly sentMs: number
  readonly receivedMs: number
  readonly otherMs: number
}

/** Returns what the quickest look tells; null without one. The other clock is ahead by `offsetMs`, give or take `boundMs`. */
export function clockDistance(looks: readonly ClockLook[]): ClockDistance | null {
  const distances = looks.map(({ sentMs, receivedMs, otherMs }) => ({
    offsetMs: otherMs - (sentMs + receivedMs) / 2,
    boundMs: (receivedMs - sentMs) / 2,
  }))
  const [best] = distances.sort((a, b) => a.boundMs - b.boundMs)
  return best ?? null
}
