/** What people are told about a run while it goes on. */
import type { Severity } from './verdict.ts'

export interface Alert {
  readonly kind: 'objective' | 'emergency' | 'rollback'
  readonly status: 'firing' | 'resolved'
  readonly severity: Severity
  /** The same for the firing and the resolved alert of one objective in one run: `<runId>/<what>`. */
  readonly dedupeKey: string
  readonly runId: string
  readonly scenario: string
  readonly correlationId: string
  /** ISO 8601 */
  readonly at: string
  /** One sentence. */
  readonly summary: string
  /** The objective as written; null for alerts about something else. */
  readonly expect: string | null
  /** In `unit`; null when nobody measured it. */
  readonly observed: number | null
  readonly bound: number | null
  readonly unit: string
  readonly sampleCount: number
  readonly owner: string | null
  readonly runbook: string | null
  /** Resource or component that was at its limit in the same window, and the like; short names to short texts. */
  readonly annotations: Readonly<Record<string, string>>
}
