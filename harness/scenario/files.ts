/** Files that a scenario names: rows of feeders, instants of a replay. Paths are relative to the scenario file. */
import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { parse as parseCsv } from 'csv-parse/sync'
import { HarnessError, messageOf } from '../base/errors.ts'
import { parseInstantsCsv } from '../workloads/replay.ts'

type Document = { readonly [key: string]: unknown }

/** The document with the content of its files in their place. @throws HarnessError SCENARIO_LOAD_FAILED */
export async function readScenarioFiles(
  document: unknown,
  scenarioFile: string | null,
  cwd: string,
): Promise<unknown> {
  if (!isObject(document)) return document
  const folder = scenarioFile === null ? cwd : dirname(scenarioFile)
  const { data, workload } = document
  return {
    ...document,
    ...(isObject(data) ? { data: await readFeeders(data, folder) } : {}),
    ...(isObject(workload) && typeof workload['csv'] === 'string'
      ? { workload: await readReplay(workload, workload['csv'], folder) }
      : {}),
  }
}

function isObject(value: unknown): value is Document {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

async function readFeeders(data: Document, folder: string): Promise<Document> {
  const entries = await Promise.all(
    Object.entries(data).map(
      async ([name, feeder]) =>
        [name, isObject(feeder) ? await readFeeder(name, feeder, folder) : feeder] as const,
    ),
  )
  return Object.fromEntries(entries)
}

async function readFeeder(name: string, { csv, json, ...rest }: Document, folder: string): Promise<Document> {
  if (typeof csv === 'string') {
    const rows = await readText(`data.${name}`, csv, folder, (text) =>
      parseCsv(text, { columns: true, skip_empty_lines: true, trim: true, bom: true }),
    )
    return { ...rest, rows }
  }
  if (typeof json === 'string')
    return {
      ...rest,
      rows: await readText(`data.${name}`, json, folder, (text) => JSON.parse(text) as unknown),
    }
  return rest
}

async function readReplay({ csv: _csv, ...rest }: Document, file: string, folder: string): Promise<Document> {
  return {
    ...rest,
    instantsMs: await readText('workload', file, folder, (text) => parseInstantsCsv(text, file)),
  }
}

async function readText<T>(
  path: string,
  file: string,
  folder: string,
  parse: (text: string) => T,
): Promise<T> {
  try {
    return parse(await readFile(resolve(folder, file), 'utf8'))
  } catch (cause) {
    if (cause instanceof HarnessError) throw cause
    throw new HarnessError('SCENARIO_LOAD_FAILED', `${path}: ${file} cannot be read: ${messageOf(cause)}`, {
      cause,
      hint: 'Paths are relative to the scenario file; a CSV file of rows needs a header line, a JSON file an array of flat objects.',
    })
  }
}
