/** A stored run as a report of any kind. */
import { writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { judge } from '../../analysis/judge.ts'
import { HarnessError, messageOf } from '../../base/errors.ts'
import { verdictDocument } from '../../model/verdict.ts'
import type { Host } from '../../ports/host.ts'
import type { ReportInput } from '../../ports/reporter.ts'
import { readRunRecord, readVerdictBeside, runFolderOf } from '../../store/stored-run.ts'
import { makeFolder } from '../../system/files.ts'
import { BASELINES_FOLDER } from '../compare/baselines.ts'
import { comparedBaseline } from '../compare/compare.ts'
import { reports } from '../reports/documents.ts'
import { UNKNOWN_COMPARISON } from './judge-stored.ts'

/** Instead of a file: standard output. */
export const STDOUT = '-'

/** A stored run and its verdict, judged again where none is beside it. @throws HarnessError RECORD_NOT_FOUND, RECORD_INVALID */
export async function readJudgedRun(
  run: string,
  cwd: string,
  note: (message: string) => void = () => undefined,
): Promise<ReportInput> {
  const record = await readRunRecord(run, cwd)
  const stored = await readVerdictBeside(run, record, cwd)
  if (stored === null) note(UNKNOWN_COMPARISON)
  const { files, ...verdict } = stored ?? verdictDocument(judge(record, { strict: false }))
  const baseline = await comparedBaseline(record, verdict.comparison, BASELINES_FOLDER, cwd)
  return { record, verdict, files, baseline, folder: await runFolderOf(run, cwd) }
}

export interface ReportRequest {
  /** Folder of a run, or its run.json. */
  readonly run: string
  /** Name of the report. */
  readonly name: string
  /** File, folder where a report is several, or `STDOUT`. */
  readonly out: string
}

/** @throws HarnessError PLUGIN_UNKNOWN, RECORD_NOT_FOUND, RECORD_INVALID, REPORT_UNWRITABLE, FONTS_MISSING, USAGE for pictures on stdout */
export async function reportRun({ run, name, out }: ReportRequest, host: Host): Promise<void> {
  const { fileName, render } = reports.get(name)
  const note = (message: string) => host.stderr.write(`${message}\n`)
  const content = await render(await readJudgedRun(run, host.cwd, note))
  const path = resolve(host.cwd, out)
  if (typeof content === 'string') {
    if (out === STDOUT) host.stdout.write(content)
    else await write(path, content)
    return
  }
  if (out === STDOUT)
    throw new HarnessError('USAGE', `the report '${name}' consists of several files, not of text`, {
      hint: `Name a folder for them: --out ${fileName}`,
    })
  for (const file of content) await write(join(path, file.name), file.bytes)
}

async function write(file: string, content: string | Uint8Array): Promise<void> {
  try {
    await makeFolder(dirname(file))
    await writeFile(file, content)
  } catch (cause) {
    throw new HarnessError('REPORT_UNWRITABLE', `${file} cannot be written: ${messageOf(cause)}`, {
      cause,
      hint: 'Name a file in a folder that can be written to, or - for standard output.',
    })
  }
}
