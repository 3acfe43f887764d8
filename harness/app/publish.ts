/** What a finished run leaves: record, verdict, reports. A file that cannot be written is said, and does not undo the verdict. */
import { messageOf } from '../base/errors.ts'
import type { RunRecord } from '../model/run-record.ts'
import type { Verdict } from '../model/verdict.ts'
import { reporters } from '../reporters/index.ts'
import { RECORD_FILE, type RunFolder } from '../store/run-folder.ts'

/** Writes the record and every file report; gives their paths by name, and what could not be written. */
export async function publishRun(
  record: RunRecord,
  judge: (files: Record<string, string>) => Verdict,
  folder: RunFolder,
  redacted: (text: string) => string,
) {
  const files: Record<string, string> = {}
  const failures: string[] = []
  const write = async (name: string, file: string, text: string) => {
    try {
      files[name] = await folder.write(file, redacted(text))
    } catch (error) {
      failures.push(messageOf(error))
    }
  }
  await write('record', RECORD_FILE, JSON.stringify(record))
  const fileReporters = reporters.all.filter((reporter) => reporter.fileName !== null)
  for (const reporter of fileReporters) files[reporter.name] = `${folder.path}/${reporter.fileName}`
  const verdict = judge(files)
  for (const reporter of fileReporters) {
    await write(
      reporter.name,
      reporter.fileName ?? reporter.name,
      reporter.render({ record, verdict, terminal: false }),
    )
  }
  return { record, verdict, failures }
}
