/** Notes on the load of a scenario that are known before any of it is sent. */
import { boundedJourneys } from '../analysis/journey-requests.ts'
import type { RunPlan } from '../model/plan.ts'
import { requestBoundsText } from '../text/request-bounds-text.ts'

/** Returns a line for each journey whose number of requests is not known before it is walked. */
export function requestBoundsNotes(plan: RunPlan): string[] {
  return boundedJourneys(plan).map(requestBoundsText)
}
