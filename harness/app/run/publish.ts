/** The files of a finished run: record, verdict, reports. One that cannot be made or written is noted, and does not undo the verdict. */
import { join, resolve } from 'node:path'
import { putAt } from '../../base/names.ts'
import type { RunRecord } from '../../model/run-record.ts'
import type { Verdict } from '../../model/verdict.ts'
import type { ReportInput } from '../../ports/reporter.ts'
import { jsonReporter } from '../../reporters/json.ts'
import { RECORD_FILE, type RunFolder, VERDICT_FILE } from '../../store/run-folder.ts'
import { WrittenFiles } from '../../store/written-files.ts'
import { reports as known } from '../reports/documents.ts'
import type { RunMask } from './run-mask.ts'

/** A run on disk; record and verdict are without secrets. */
export interface FinishedRun {
  readonly record: RunRecord
  readonly verdict: Verdict
  /** Paths of what was written, and of the pictures, by name. */
  readonly files: Readonly<Record<string, string>>
  /** Files that could not be written, for people. */
  readonly failures: readonly string[]
}

/** A finished run that something may be appended to. */
export interface Published extends FinishedRun {
  /** As it was measured and judged, before secrets were masked. */
  readonly measured: RunRecord
  readonly judged: Verdict
  readonly options: PublishOptions
}

/** The place and the form of what is published; the baseline is what the run was compared with. */
export interface PublishOptions extends Pick<ReportInput, 'baseline'> {
  readonly folder: Pick<RunFolder, 'path' | 'write'>
  /** The folder to which paths of pictures are relative. */
  readonly cwd: string
  readonly mask: RunMask
  /** Names of the reports besides record and verdict. */
  readonly reports: readonly string[]
}

/** Writes the record, the verdict with the paths of all files, and the reports. */
export async function publishRun(
  measured: RunRecord,
  judged: Verdict,
  options: PublishOptions,
): Promise<Published> {
  const { folder, cwd, mask, reports, baseline = null } = options
  const written = new WrittenFiles(folder)
  const record = mask.data(measured)
  await written.write('record', RECORD_FILE, () => JSON.stringify(record))
  const chosen = reports.map((name) => known.get(name)).filter(({ fileName }) => fileName !== VERDICT_FILE)
  const visuals = visualFiles(measured, cwd)
  // The verdict and the reports name all files, those that come after them, too.
  const files = { ...written.paths, verdict: join(folder.path, VERDICT_FILE) }
  for (const { name, fileName } of chosen) putAt(files, name, join(folder.path, fileName))
  for (const [name, file] of Object.entries(visuals)) putAt(files, name, file)
  const verdict = mask.data(judged)
  await written.write('verdict', VERDICT_FILE, () => jsonReporter.render({ record, verdict, files }))
  for (const reporter of chosen)
    await written.write(reporter.name, reporter.fileName, () =>
      reporter.render({ record, verdict, files, baseline, folder: folder.path }),
    )
  return {
    measured,
    judged,
    options,
    record,
    verdict: { ...verdict, exitCode: written.exitCode(verdict.exitCode) },
    files: { ...written.paths, ...visuals },
    failures: written.failures,
  }
}

/** Files of the pictures of a run by name. */
function visualFiles({ visuals }: RunRecord, cwd: string): Record<string, string> {
  return Object.fromEntries(
    visuals.flatMap(({ name, files }) =>
      Object.entries(files).flatMap(([what, file]) =>
        file === null ? [] : [[`visual.${name}.${what}`, resolve(cwd, file)]],
      ),
    ),
  )
}
