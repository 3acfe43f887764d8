/** Schedules of `proofload serve`, as proofload.config writes them. */
import * as z from 'zod'
import { recordOf } from '../base/record-of.ts'
import { name } from '../base/text-schemas.ts'
import { cronProblem } from './cron.ts'
import { alerts } from './enforcement-schema.ts'

const timeZone = z.string().refine(isTimeZone, 'a time zone such as Europe/Berlin or UTC')

const schedule = z
  .strictObject({
    scenario: z.string().min(1).describe('File in the folder of the scenarios (--scenarios)'),
    cron: z.string().describe('Minute, hour, day of the month, month, day of the week: `30 2 * * 1-5`'),
    timeZone: timeZone.default('UTC').describe('Time zone that the cron expression is read in'),
    baseline: name.optional().describe('Approved baseline that each run is compared with'),
    environment: z.string().optional().describe('Environment of the scenario'),
    alerts: alerts.optional().describe("Channels and routes in the place of the scenario's own"),
  })
  .superRefine(({ cron, timeZone: zone }, context) => {
    const problem = isTimeZone(zone) ? cronProblem(cron, zone) : null
    if (problem !== null)
      context.addIssue({
        code: 'custom',
        path: ['cron'],
        message: `a cron expression of five fields (${problem})`,
      })
  })
export type Schedule = z.output<typeof schedule>

export const schedulesSchema = recordOf(schedule, name)

function isTimeZone(text: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}
