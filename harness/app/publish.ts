/** What a finished run leaves: record, verdict, reports. A file that cannot be written is said, and does not undo the verdict. */
import { messageOf } from '../base/errors.ts'
import { type MaskText, maskData } from '../base/secret-mask.ts'
import type { RunRecord } from '../model/run-record.ts'
import type { Verdict } from '../model/verdict.ts'
import { reporters } from '../reporters/index.ts'
import { RECORD_FILE, type RunFolder } from '../store/run-folder.ts'

/** Keys of a record whose values are made by the harness alone. */
const OURS = ['hdr']

export interface Published {
  /** Without secrets, as it is on disk; so is the verdict. */
  readonly record: RunRecord
  readonly verdict: Verdict
  /** What could not be written, for people. */
  readonly failures: readonly string[]
}

/** Writes the record and every file report. @param judge gets the paths of the files by name */
export async function publishRun(
  measured: RunRecord,
  judge: (files: Record<string, string>) => Verdict,
  folder: Pick<RunFolder, 'path' | 'write'>,
  mask: MaskText,
): Promise<Published> {
  const files: Record<string, string> = {}
  const failures: string[] = []
  const write = async (name: string, file: string, text: string) => {
    try {
      files[name] = await folder.write(file, text)
    } catch (error) {
      failures.push(messageOf(error))
    }
  }
  const record = maskData(measured, mask, OURS)
  await write('record', RECORD_FILE, JSON.stringify(record))
  const fileReporters = reporters.all.filter((reporter) => reporter.fileName !== null)
  for (const reporter of fileReporters) files[reporter.name] = `${folder.path}/${reporter.fileName}`
  const verdict = maskData(judge(files), mask)
  for (const reporter of fileReporters) {
    await write(
      reporter.name,
      reporter.fileName ?? reporter.name,
      reporter.render({ record, verdict, terminal: false }),
    )
  }
  return { record, verdict, failures }
}
