import { existsSync } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { METRICS } from '../analysis/metrics/catalogue.ts'
import { HarnessError, messageOf, type Problem, systemCodeOf } from '../base/errors.ts'
import { type RunRecord, runRecordSchema } from '../model/run-record.ts'
import { type VerdictDocument, verdictDocumentSchema } from '../model/verdict.ts'
import { readRegularText } from '../system/files.ts'
import { absurdNumbers } from './absurd-numbers.ts'
import { RECORD_FILE, VERDICT_FILE } from './run-folder.ts'

/** Reads the record of a run from its folder or file. @throws HarnessError RECORD_NOT_FOUND, RECORD_INVALID */
export async function readRunRecord(run: string, cwd: string): Promise<RunRecord> {
  const given = resolve(cwd, run)
  const file = await fileOf(given)
  let document: unknown
  try {
    document = JSON.parse(await readRegularText(file))
  } catch (cause) {
    if (systemCodeOf(cause) === 'ENOENT') throw await noRecordIn(given, cause)
    throw new HarnessError('RECORD_INVALID', `${file} is not a run record: ${messageOf(cause)}`, {
      cause,
      hint: 'The file was truncated or edited; run the scenario again.',
    })
  }
  const parsed = runRecordSchema.safeParse(document)
  const problems = parsed.success
    ? [...absurdNumbers(document), ...unknownMetrics(parsed.data)]
    : parsed.error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message }))
  if (parsed.success && problems.length === 0) return parsed.data
  throw new HarnessError('RECORD_INVALID', `${file} is not a run record of this version`, {
    problems,
    hint: 'It was written by another version, or edited; run the scenario again.',
  })
}

/** Finds objectives of metrics that this version does not have. */
function unknownMetrics({ plan }: RunRecord): Problem[] {
  return (['objectives', 'limits'] as const).flatMap((key) =>
    plan[key].flatMap(({ metric, measure }, i) =>
      METRICS.has(metric) || measure?.name === metric
        ? []
        : [{ path: `plan.${key}.${i}`, message: `there is no metric ${metric}` }],
    ),
  )
}

/** Reads the verdict in the folder of a run; null when it has none. @throws HarnessError RECORD_INVALID */
export async function readVerdict(folder: string): Promise<VerdictDocument | null> {
  const file = join(folder, VERDICT_FILE)
  try {
    const document: unknown = JSON.parse(await readRegularText(file))
    const [absurd] = absurdNumbers(document)
    if (absurd !== undefined) throw new Error(`${absurd.path}: ${absurd.message}`)
    return verdictDocumentSchema.parse(document)
  } catch (cause) {
    if (systemCodeOf(cause) === 'ENOENT') return null
    throw new HarnessError('RECORD_INVALID', `${file} is no verdict of this version`, {
      cause,
      hint: 'It was truncated, edited, or written by another version. Remove it to judge the run by its record alone: proofload judge RUN.',
    })
  }
}

/** Reads the verdict in the folder of a run that must have one. @throws HarnessError RECORD_NOT_FOUND, RECORD_INVALID */
export async function requireVerdict(folder: string): Promise<VerdictDocument> {
  const verdict = await readVerdict(folder)
  if (verdict !== null) return verdict
  throw new HarnessError('RECORD_NOT_FOUND', `there is no ${join(folder, VERDICT_FILE)}`, {
    hint: 'Judge the run again: proofload judge RUN.',
  })
}

/** Reads the verdict that was published beside a record; null when there is none, or it is of another run. @throws HarnessError RECORD_INVALID */
export async function readVerdictBeside(
  run: string,
  record: RunRecord,
  cwd: string,
): Promise<VerdictDocument | null> {
  const verdict = await readVerdict(await runFolderOf(run, cwd))
  return verdict?.runId === record.runId ? verdict : null
}

/** Returns the folder of a run that is named by its folder or its record. @throws HarnessError RECORD_NOT_FOUND */
export async function runFolderOf(run: string, cwd: string): Promise<string> {
  return dirname(await fileOf(resolve(cwd, run)))
}

/** A folder that is none of a run: of a scenario, perhaps. */
async function noRecordIn(folder: string, cause: unknown): Promise<HarnessError> {
  const inside = (await readdir(folder)).filter((name) => existsSync(join(folder, name, RECORD_FILE))).sort()
  const newest = inside.at(-1)
  return new HarnessError('RECORD_NOT_FOUND', `there is no ${RECORD_FILE} in ${folder}`, {
    cause,
    hint:
      newest === undefined
        ? 'Give the folder of a run, reports/<scenario>/<runId>. A run that was killed: proofload recover FOLDER.'
        : `Give one of the ${inside.length} runs in it, for example ${join(folder, newest)}.`,
  })
}

async function fileOf(given: string): Promise<string> {
  try {
    return (await stat(given)).isDirectory() ? join(given, RECORD_FILE) : given
  } catch (cause) {
    if (systemCodeOf(cause) !== 'ENOENT')
      throw new HarnessError('RECORD_INVALID', `${given} cannot be read: ${messageOf(cause)}`, {
        cause,
        hint: 'Give the folder of a run, reports/<scenario>/<runId>, and make it readable.',
      })
    throw new HarnessError('RECORD_NOT_FOUND', `there is no run at ${given}`, {
      cause,
      hint: 'Give the folder of a run, reports/<scenario>/<runId>, or its run.json.',
    })
  }
}
