import type { Baseline } from '../model/baseline.ts'
import type { RunRecord } from '../model/run-record.ts'
import type { Verdict } from '../model/verdict.ts'

/** The input of a report. */
export interface ReportInput {
  readonly record: RunRecord
  readonly verdict: Verdict
  /** The paths of the files of the run by name; absent when the run was not published. */
  readonly files?: Readonly<Record<string, string>>
  /** The approved runs that the run was compared with; absent or null without a comparison. */
  readonly baseline?: Baseline | null
  /** The folder of the run, which holds its pictures; absent or null when it is not available. */
  readonly folder?: string | null
}

/** One of several files of a report. */
export interface ReportFile {
  readonly name: string
  readonly bytes: Uint8Array
}

/** Renders a finished run. Opens no file, prints nothing. */
export interface Reporter {
  /** The name in `--report`, also the key of its file in the verdict. */
  readonly name: string
  /** The path inside the folder of the run: a file such as `junit.xml`, or a folder such as `charts` for several files. */
  readonly fileName: string
  /** Returns the text of the file, or the files of the folder. */
  render(input: ReportInput): string | Promise<string | readonly ReportFile[]>
}

/** A reporter of a text file, which ends with a line feed. */
export interface TextReporter extends Reporter {
  render(input: ReportInput): string
}
