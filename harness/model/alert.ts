/** Alerts of a run, during the load and after it. */
import * as z from 'zod'
import { recordOf } from '../base/record-of.ts'
import { type ObjectiveDemand, objectiveDemandSchema } from './demand.ts'
import { SEVERITIES, type Severity } from './severity.ts'

/** `verdict`: a run that ended NO-GO or INCONCLUSIVE; `drift`: a metric that has crept away from what it was at first. */
const ALERT_KINDS = ['objective', 'emergency', 'rollback', 'verdict', 'drift'] as const

export interface Alert {
  readonly kind: (typeof ALERT_KINDS)[number]
  readonly status: 'firing' | 'resolved'
  readonly severity: Severity
  /** The same for all alerts about one thing, whichever run they are of: `<scenario>/<kind>`, `<scenario>/<kind>/<what>`. */
  readonly dedupeKey: string
  readonly runId: string
  readonly scenario: string
  readonly correlationId: string
  /** ISO 8601 */
  readonly at: string
  /** One sentence that begins with the scenario. */
  readonly summary: string
  /** Null for alerts about something else. */
  readonly objective: ObjectiveDemand | null
  /** In the unit of the objective; null when nobody measured it. */
  readonly observed: number | null
  readonly sampleCount: number
  readonly owner: string | null
  readonly runbook: string | null
  /** Resource or component that was at its limit in the same window, and the like; short names to short texts. */
  readonly annotations: Readonly<Record<string, string>>
}

/** An alert as it is kept between runs. */
export const alertSchema: z.ZodType<Alert> = z.object({
  kind: z.enum(ALERT_KINDS),
  status: z.enum(['firing', 'resolved']),
  severity: z.enum(SEVERITIES),
  dedupeKey: z.string(),
  runId: z.string(),
  scenario: z.string(),
  correlationId: z.string(),
  at: z.string(),
  summary: z.string(),
  objective: objectiveDemandSchema.nullable(),
  observed: z.number().nullable(),
  sampleCount: z.number(),
  owner: z.string().nullable(),
  runbook: z.string().nullable(),
  annotations: recordOf(z.string()),
})

/** Makes the dedupe key of an alert. @param what tells alerts of one kind apart; null where there is one of them */
export function alertKeyOf(scenario: string, kind: Alert['kind'], what: string | null = null): string {
  return what === null ? `${scenario}/${kind}` : `${scenario}/${kind}/${what}`
}

/** The delivery of the alerts of a run, by channel. Each alert is in one of the three lists, or was not for this channel. */
export const alertReportSchema = z.object({
  channels: recordOf(
    z.object({
      plugin: z.string(),
      deliveredCount: z.number(),
      /** Tried in vain, or not tried because the attempts before had failed. */
      failedCount: z.number(),
      /** Never tried: too many waited, or the run was over. */
      droppedCount: z.number(),
      /** Secrets masked; null when nothing failed or was dropped. */
      lastError: z.string().nullable(),
    }),
  ),
})
export type AlertReport = z.infer<typeof alertReportSchema>
