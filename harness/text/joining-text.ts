import { formatDurationMs } from '../base/units.ts'
import type { RunPlan } from '../model/plan.ts'
import { rateText } from './figure-text.ts'

/** Tells how the agents of a plan join; null where all are there at once. */
export function joiningText({ workloads }: Pick<RunPlan, 'workloads'>): string | null {
  const texts = workloads.flatMap(({ name, join, startMs }) => {
    if (join === null) return []
    const [who, key] =
      name === undefined ? ['agents', 'workload'] : [`agents of ${name}`, `workloads.${name}`]
    const first =
      startMs === 0
        ? `the first ${formatDurationMs(join.durationMs)} are recorded and not judged`
        : `for ${formatDurationMs(join.durationMs)} from ${formatDurationMs(startMs)} on, which is judged`
    return [`${who} join at ${rateText(join.perSec)}: ${first} (${key}.joinRate)`]
  })
  return texts.length === 0 ? null : texts.join('; ')
}
