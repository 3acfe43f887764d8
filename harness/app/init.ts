/** A working scenario to start from: that of the embedded sandbox, of a server, or of the last run of URLs. */
import { rm, writeFile } from 'node:fs/promises'
import { basename, dirname, extname, join, resolve } from 'node:path'
import { HarnessError, systemCodeOf } from '../base/errors.ts'
import { scenarioOfPlan } from '../scenario/from-url/scenario-of-plan.ts'
import { scenarioText } from '../scenario/scenario-text.ts'
import { plainTemplate, scenarioTemplate } from '../scenario/template.ts'
import { isTextScenario } from '../scenario/text-scenario.ts'
import { listRunFolders } from '../store/report-folders.ts'
import { readRunRecord, readVerdict } from '../store/stored-run.ts'
import { makeFolder } from '../system/files.ts'

/** Runs that are looked at, from the newest on. */
const RUNS_MAX = 50

/** Writes YAML, JSON or TypeScript, by the name of the file. @param target URL of a server; null: the embedded sandbox @throws HarnessError USAGE when the file exists */
export function writeFirstScenario(file: string, target: string | null, cwd: string): Promise<void> {
  const name = nameOf(file)
  const text = isTextScenario(file)
    ? scenarioText(plainTemplate(name, target), file)
    : scenarioTemplate(name, target)
  return writeNew(file, text, cwd)
}

/**
 * Writes the scenario of the last run of URLs. @param reports folder of the reports
 * @returns the names of secrets that the environment has to hold now
 * @throws HarnessError USAGE when the file exists, RECORD_NOT_FOUND when there was no such run
 */
export async function writeLastScenario(
  file: string,
  reports: string,
  cwd: string,
): Promise<readonly string[]> {
  const folder = resolve(cwd, reports)
  for (const { scenario, id } of await listRunFolders(folder, RUNS_MAX)) {
    const run = join(folder, scenario, id)
    const record = await readRunRecord(run, cwd).catch(() => null)
    if (record === null || record.scenarioHash !== null) continue
    const verdict = await readVerdict(run)
    const p95Ms = verdict?.summary.responseTimeMs.p95 ?? null
    const objectives = [
      ...(p95Ms === null || p95Ms === 0 ? [] : [`p95(response_time) < ${roomyMs(p95Ms)}ms`]),
      'error_ratio < 1%',
    ]
    await writeNew(file, scenarioText(scenarioOfPlan(record.plan, objectives), file), cwd)
    return record.plan.secrets
  }
  throw new HarnessError('RECORD_NOT_FOUND', `there is no run of URLs in ${reports}`, {
    hint: 'Make one first: proofload run http://127.0.0.1:8080/ -n 200; or name its folder with --reports.',
  })
}

/** Returns the name of a scenario in a file: what names of scenarios may not hold becomes a dash. */
function nameOf(file: string): string {
  return (
    basename(file, extname(file))
      .replace(/[^\w-]+/g, '-')
      .replace(/^-+/, '') || 'first'
  )
}

/** Twice the time that was measured, up to two digits. */
function roomyMs(measuredMs: number): number {
  const twice = 2 * measuredMs
  const digit = 10 ** Math.max(0, Math.floor(Math.log10(twice)) - 1)
  return Math.max(1, Math.ceil(twice / digit) * digit)
}

async function writeNew(file: string, text: string, cwd: string): Promise<void> {
  const path = resolve(cwd, file)
  await makeFolder(dirname(path))
  try {
    await writeFile(path, text, { flag: 'wx' })
  } catch (cause) {
    if (systemCodeOf(cause) !== 'EEXIST') {
      // Half a scenario would be in the way of the next attempt.
      await rm(path, { force: true })
      throw cause
    }
    throw new HarnessError('USAGE', `${file} already exists`, { cause, hint: 'Choose another file name.' })
  }
}
