/** The format of an activities file. */
import * as z from 'zod'
import { DEPENDENCY_KINDS } from '../../analysis/plan-graph/activity-graph.ts'
import { recordOf } from '../../base/record-of.ts'
import { duration, name } from '../../base/text-schemas.ts'

/** More than anybody writes; cycles are looked for from each activity. */
const ACTIVITIES_MAX = 2_000

const dependency = z.strictObject({
  activity: name,
  kind: z.enum(DEPENDENCY_KINDS),
})

const written = z.string().min(1, 'text that is not empty')
/** Files or outputs, named for the activity or only listed. */
const items = z.union([z.array(written), recordOf(written, name)]).default([])

const activity = z.strictObject({
  duration,
  needs: z.array(z.union([name, dependency])).default([]),
  inputs: items,
  outputs: items,
})

/** Some activities, and the time that they may take in all. */
export const activitiesSchema = z.strictObject({
  name: z.string().optional(),
  activities: recordOf(activity, name)
    .refine((activities) => Object.keys(activities).length > 0, 'at least one activity')
    .refine(
      (activities) => Object.keys(activities).length <= ACTIVITIES_MAX,
      `at most ${ACTIVITIES_MAX} activities`,
    ),
  budget: duration.optional(),
})

export type ActivitiesDocument = z.output<typeof activitiesSchema>
export type WrittenActivity = ActivitiesDocument['activities'][string]
