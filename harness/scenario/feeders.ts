/** Rows of data feeders: read from files beside the scenario, checked, as text. */
import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { parse as parseCsv } from 'csv-parse/sync'
import { HarnessError, messageOf, type Problem } from '../base/errors.ts'
import type { FeederPlan } from '../model/plan.ts'
import type { ScenarioDocument } from './schema.ts'

type FeederDocument = NonNullable<ScenarioDocument['data']>[string]
type Row = Record<string, string>

/** Reads the files that feeders name into `rows`; the rest of the document stays. @throws HarnessError SCENARIO_LOAD_FAILED */
export async function readFeederFiles(
  document: unknown,
  scenarioFile: string | null,
  cwd: string,
): Promise<unknown> {
  const data = (document as { data?: unknown } | null)?.data
  if (typeof data !== 'object' || data === null) return document
  const folder = scenarioFile === null ? cwd : dirname(scenarioFile)
  const entries = await Promise.all(
    Object.entries(data as Record<string, unknown>).map(
      async ([name, feeder]) => [name, await withRows(name, feeder, folder)] as const,
    ),
  )
  return { ...(document as object), data: Object.fromEntries(entries) }
}

async function withRows(name: string, feeder: unknown, folder: string): Promise<unknown> {
  if (typeof feeder !== 'object' || feeder === null) return feeder
  const { csv, json, ...rest } = feeder as Record<string, unknown>
  const file = csv ?? json
  if (typeof file !== 'string') return feeder
  try {
    const text = await readFile(resolve(folder, file), 'utf8')
    const rows: unknown =
      csv === undefined
        ? JSON.parse(text)
        : parseCsv(text, { columns: true, skip_empty_lines: true, trim: true, bom: true })
    return { ...rest, rows }
  } catch (cause) {
    throw new HarnessError(
      'SCENARIO_LOAD_FAILED',
      `data.${name}: ${file} cannot be read: ${messageOf(cause)}`,
      {
        cause,
        hint: 'The path is relative to the scenario file; a CSV file needs a header line, a JSON file an array of flat objects.',
      },
    )
  }
}

/** Feeders of a checked document as plans; no rows and cycles of references are problems. */
export function resolveFeeders(
  data: ScenarioDocument['data'],
  problems: Problem[],
): Record<string, FeederPlan> {
  const feeders = Object.fromEntries(
    Object.entries(data ?? {}).map(([name, feeder]) => [name, planOf(name, feeder, problems)]),
  )
  const cycle = findCycle(feeders)
  if (cycle !== null) {
    problems.push({
      path: `data.${cycle[0]}`,
      message: `feeders refer to each other in a circle: ${cycle.join(' -> ')}`,
      expected: 'rows that refer only to feeders which do not refer back',
    })
  }
  return feeders
}

function planOf(name: string, feeder: FeederDocument, problems: Problem[]): FeederPlan {
  const rows = (feeder.rows ?? []).map(
    (row): Row => Object.fromEntries(Object.entries(row).map(([key, value]) => [key, String(value)])),
  )
  if (rows.length === 0)
    problems.push({ path: `data.${name}`, message: 'the feeder has no rows', expected: 'at least one row' })
  return { mode: feeder.mode ?? 'circular', rows }
}

/** Feeders whose rows hold `{{other.field}}` depend on the other one. */
function findCycle(feeders: Readonly<Record<string, FeederPlan>>): string[] | null {
  const references = new Map(
    Object.entries(feeders).map(([name, { rows }]) => [
      name,
      [
        ...new Set(
          [...JSON.stringify(rows).matchAll(/\{\{\s*([\w-]+)\.[\w-]+\s*\}\}/g)].map(
            ([, other]) => other as string,
          ),
        ),
      ].filter((other) => other in feeders),
    ]),
  )
  const visit = (name: string, trail: readonly string[]): string[] | null => {
    if (trail.includes(name)) return [...trail.slice(trail.indexOf(name)), name]
    for (const other of references.get(name) ?? []) {
      const found = visit(other, [...trail, name])
      if (found !== null) return found
    }
    return null
  }
  for (const name of references.keys()) {
    const found = visit(name, [])
    if (found !== null) return found
  }
  return null
}
