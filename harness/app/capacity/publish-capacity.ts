/** The files of a finished search. What cannot be written is noted and does not undo the answer. */
import { CAPACITY_FILE, capacityText } from '../../store/capacity-folder.ts'
import type { RunFolder } from '../../store/run-folder.ts'
import { WrittenFiles } from '../../store/written-files.ts'
import type { AnsweredCapacity } from '../../text/capacity-text.ts'
import { capacityReports } from './capacity-reports.ts'

export interface PublishedCapacity {
  readonly record: AnsweredCapacity
  /** Paths by name of the report; `record` is `capacity.json`. */
  readonly files: Readonly<Record<string, string>>
  readonly failures: readonly string[]
  readonly exitCode: number
}

/** @param reports names */
export async function publishCapacity(
  record: AnsweredCapacity,
  folder: RunFolder,
  reports: readonly string[],
): Promise<PublishedCapacity> {
  const written = new WrittenFiles(folder)
  await written.write('record', CAPACITY_FILE, () => capacityText(record))
  for (const { name, fileName, render } of reports.map((report) => capacityReports.get(report)))
    await written.write(name, fileName, () => render(record))
  const { paths, failures } = written
  return { record, files: paths, failures, exitCode: written.exitCode(record.answer.exitCode) }
}
