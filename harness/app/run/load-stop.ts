/** The reasons for which a load is ended before its plan is. */
import type { Transition } from '../../analysis/monitor/objective-monitor.ts'
import { demandOf } from '../../model/demand.ts'
import { type Emergency, stopsLoad } from '../../model/emergency.ts'
import type { ObjectiveEvent, RequirementEvent, Stop } from '../../model/enforcement.ts'
import type { RunRecord } from '../../model/run-record.ts'
import { objectiveEventText } from '../../text/objective-event-text.ts'
import { requirementText } from '../../text/requirement-text.ts'

/** The stop that an objective or a limit asks for. */
export function stopByObjective(
  by: Stop['by'],
  { objective, atMs }: Transition,
  event: ObjectiveEvent,
): Stop {
  return { by, objective: demandOf(objective), atMs, reason: objectiveEventText(event) }
}

/** The stop that an emergency state asks for; null when load may go on. @param ignoreHaltsBy author whose halts do not count */
export function stopByHalt(
  { state, by, reason }: Emergency,
  ignoreHaltsBy: string | null,
  atMs: number,
): Stop | null {
  if (!stopsLoad(state) || by === ignoreHaltsBy) return null
  return { by: 'emergency', objective: null, atMs, reason: `${state} by ${by}: ${reason}` }
}

/** The stop that the loss of a requirement asks for. */
export function stopByRequirement(event: RequirementEvent): Stop {
  return { by: 'requirement', objective: null, atMs: event.atMs, reason: requirementText(event) }
}

/** The status of a run. @param wasStopped whether people ended the load */
export function statusOf(stop: Stop | null, wasStopped: boolean): RunRecord['status'] {
  if (stop === null) return wasStopped ? 'interrupted' : 'complete'
  return ABORTED_BY.includes(stop.by) ? 'aborted' : 'halted'
}

/** The causes that end one load; any other halts load for its own sake. */
const ABORTED_BY: readonly Stop['by'][] = ['objective', 'rollback', 'worker']
