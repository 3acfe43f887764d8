import type { Baseline } from '../model/baseline.ts'
import type { RunRecord } from '../model/run-record.ts'
import type { Verdict } from '../model/verdict.ts'

/** What a report is made from. */
export interface ReportInput {
  readonly record: RunRecord
  readonly verdict: Verdict
  /** Paths of the files of the run by name; absent where it was not published. */
  readonly files?: Readonly<Record<string, string>>
  /** Approved runs that it was compared with; absent or null when there are none. */
  readonly baseline?: Baseline | null
  /** Of the run, where its pictures are; absent or null when it is not at hand. */
  readonly folder?: string | null
}

/** One of several files of a report. */
export interface ReportFile {
  readonly name: string
  readonly bytes: Uint8Array
}

/** Renders a finished run. Opens no file, prints nothing. */
export interface Reporter {
  /** As people choose it (`--report`), and as the verdict names its file. */
  readonly name: string
  /** In the run's folder: a file such as `junit.xml`, or a folder such as `charts` for several. */
  readonly fileName: string
  /** The text of the file, or the files of the folder. */
  render(input: ReportInput): string | Promise<string | readonly ReportFile[]>
}

/** A report that is text; ends with a line feed. */
export interface TextReporter extends Reporter {
  render(input: ReportInput): string
}
