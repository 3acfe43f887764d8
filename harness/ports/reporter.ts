import type { RunRecord } from '../model/run-record.ts'
import type { Verdict } from '../model/verdict.ts'

/** What a report is made from. */
export interface ReportInput {
  readonly record: RunRecord
  readonly verdict: Verdict
}

/** Renders a finished run as one file. Pure: opens nothing, prints nothing. */
export interface Reporter {
  /** As people choose it (`--report`), and as the verdict names its file. */
  readonly name: string
  /** In the run's folder: `junit.xml`, `charts/latency.png`. */
  readonly fileName: string
  /** Text, or the bytes of a picture. */
  render(input: ReportInput): string | Promise<Uint8Array>
}

/** A report that is text; ends with a line feed. */
export interface TextReporter extends Reporter {
  render(input: ReportInput): string
}
