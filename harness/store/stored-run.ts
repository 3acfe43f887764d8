import { readFile, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { HarnessError, messageOf } from '../base/errors.ts'
import { type RunRecord, runRecordSchema } from '../model/run-record.ts'
import { RECORD_FILE } from './run-folder.ts'

/** Reads the record of a run from its folder or file. @throws HarnessError RECORD_NOT_FOUND, RECORD_INVALID */
export async function readRunRecord(run: string, cwd: string): Promise<RunRecord> {
  const given = resolve(cwd, run)
  const file = await fileOf(given)
  let document: unknown
  try {
    document = JSON.parse(await readFile(file, 'utf8'))
  } catch (cause) {
    throw new HarnessError('RECORD_INVALID', `${file} is not a run record: ${messageOf(cause)}`, {
      cause,
      hint: 'The file was truncated or edited; run the scenario again.',
    })
  }
  const parsed = runRecordSchema.safeParse(document)
  if (parsed.success) return parsed.data
  throw new HarnessError('RECORD_INVALID', `${file} is not a run record of this version`, {
    problems: parsed.error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message })),
    hint: 'It was written by another version, or edited; run the scenario again.',
  })
}

async function fileOf(given: string): Promise<string> {
  try {
    return (await stat(given)).isDirectory() ? join(given, RECORD_FILE) : given
  } catch (cause) {
    throw new HarnessError('RECORD_NOT_FOUND', `there is no run at ${given}`, {
      cause,
      hint: 'Give the folder of a run, reports/<scenario>/<runId>, or its run.json.',
    })
  }
}

/** Whether there is such a file. */
export function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  )
}
