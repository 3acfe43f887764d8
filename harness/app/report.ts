/** A stored run as a report of any kind. */
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { judge } from '../analysis/judge.ts'
import { HarnessError, messageOf } from '../base/errors.ts'
import type { Host } from '../ports/host.ts'
import type { ReportInput } from '../ports/reporter.ts'
import { reporters } from '../reporters/index.ts'
import { readRunRecord, readVerdictBeside } from '../store/stored-run.ts'

/** Instead of a file: standard output. */
export const STDOUT = '-'

/** A stored run and its verdict, judged again where none is beside it. @throws HarnessError RECORD_NOT_FOUND, RECORD_INVALID */
export async function readJudgedRun(run: string, cwd: string): Promise<ReportInput> {
  const record = await readRunRecord(run, cwd)
  const verdict = await readVerdictBeside(run, record, cwd)
  return { record, verdict: verdict ?? judge(record, { strict: false, files: {} }) }
}

export interface ReportRequest {
  /** Folder of a run, or its run.json. */
  readonly run: string
  /** Name of the report. */
  readonly name: string
  /** File, or `STDOUT`. */
  readonly out: string
}

/** @throws HarnessError PLUGIN_UNKNOWN, RECORD_NOT_FOUND, RECORD_INVALID, REPORT_UNWRITABLE, USAGE for a picture on stdout */
export async function reportRun({ run, name, out }: ReportRequest, host: Host): Promise<void> {
  const reporter = reporters.get(name)
  const content = await reporter.render(await readJudgedRun(run, host.cwd))
  if (out === STDOUT) {
    if (typeof content !== 'string')
      throw new HarnessError('USAGE', `the report '${name}' is no text`, {
        hint: `Write it to a file: --out ${reporter.fileName}`,
      })
    host.stdout.write(content)
    return
  }
  const file = resolve(host.cwd, out)
  try {
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, content)
  } catch (cause) {
    throw new HarnessError('REPORT_UNWRITABLE', `${file} cannot be written: ${messageOf(cause)}`, {
      cause,
      hint: 'Name a file in a folder that can be written to, or - for standard output.',
    })
  }
}
