/** The time in which a rollback put the system back, from what made it necessary to the proof that it is healthy. */
import { wallMsOf } from '../base/clock.ts'
import type { Verdict } from '../model/verdict.ts'

/**
 * From the trigger to the end of the step `verify`, ms; null unless that step found the system healthy. The trigger is the
 * begin of the earliest breach that fired and asked for the rollback; else, as for a regression, the begin of the rollback.
 */
export function recoveryMsOf({ rollback, enforcement }: Verdict): number | null {
  const verified = rollback?.steps.find(({ name, outcome }) => name === 'verify' && outcome === 'succeeded')
  if (rollback === null || verified === undefined) return null
  const asking = new Set(rollback.reasons.map(({ id }) => id))
  // The last time that each began to fire: an earlier breach was over before.
  const firings = new Map(
    (enforcement?.events ?? [])
      .filter(({ id, from, to }) => to === 'firing' && from !== 'recovering' && asking.has(id))
      .map((event) => [event.id, wallMsOf(event.at) - (event.atMs - event.sinceMs)]),
  )
  const triggeredMs = Math.min(wallMsOf(rollback.startedAt), ...firings.values())
  return wallMsOf(verified.startedAt) + verified.durationMs - triggeredMs
}
