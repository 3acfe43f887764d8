/** The cells in which a step records how its requests met joint conditions; their component is the name of the conditions. */

/** 1 for a request that was judged and met all conditions, 0 for one that did not. */
export const SLO_ATTAINED = 'slo_attained'
/** 1 for each condition that had no value to judge; the component is that of `notAppliedName`. */
export const SLO_NOT_APPLIED = 'slo_not_applied'

/** Returns the component under which it is counted that a condition of an slo did not apply. */
export function notAppliedName(slo: string, condition: string): string {
  return `${slo}: ${condition}`
}

/** The times of a request that a condition may name, in the order in which `engine/slo-recorder.ts` reads them. */
export const SLO_TIMES = ['response_time', 'service_time', 'start_delay', 'connect_time', 'ttfb'] as const
