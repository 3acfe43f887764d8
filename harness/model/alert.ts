/** Alerts of a run, during the load and after it. */
import { z } from 'zod'
import { recordOf } from '../base/record-of.ts'
import type { ObjectiveDemand } from './demand.ts'
import type { Severity } from './severity.ts'

export interface Alert {
  /** `verdict`: a NO-GO with a cause that no alert told of while load ran. */
  readonly kind: 'objective' | 'emergency' | 'rollback' | 'verdict'
  readonly status: 'firing' | 'resolved'
  readonly severity: Severity
  /** The same for the firing and the resolved alert of one objective in one run: `<runId>/<what>`. */
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
