import type { RunRecord } from '../model/run-record.ts'
import type { Verdict } from '../model/verdict.ts'

/** What a report is made from. */
export interface ReportInput {
  readonly record: RunRecord
  readonly verdict: Verdict
  /** Colours and box lines for a terminal; files get none. */
  readonly terminal: boolean
}

/** Renders a finished run. Pure: opens nothing, prints nothing. */
export interface Reporter {
  readonly name: string
  /** File written into the run folder; null for reports that only go to the terminal. */
  readonly fileName: string | null
  render(input: ReportInput): string
}
