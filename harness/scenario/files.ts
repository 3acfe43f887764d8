/** Files that a scenario names: rows of feeders, instants of a replay, what targets read themselves. Paths are relative to the scenario file. */
import { dirname, resolve } from 'node:path'
import { parse as parseCsv } from 'csv-parse/sync'
import { HarnessError, messageOf, type Problem } from '../base/errors.ts'
import { isNumberText, parseJsonNumbers, textOfJson } from '../base/json-numbers.ts'
import { lookUp } from '../base/names.ts'
import { readRegularText } from '../system/files.ts'
import { targets } from '../targets/index.ts'
import { workloadPatterns } from '../workloads/index.ts'
import { isObject, type Json } from './environments.ts'
import { withFileContents } from './file-contents.ts'

/** The document with the content of its files in their place. @throws HarnessError SCENARIO_LOAD_FAILED with every file that cannot be read */
export async function readScenarioFiles(
  document: unknown,
  scenarioFile: string | null,
  cwd: string,
): Promise<unknown> {
  const reader = new FileReader(scenarioFile === null ? cwd : dirname(scenarioFile))
  const complete = await reader.document(document, '')
  if (reader.problems.length === 0) return complete
  throw new HarnessError('SCENARIO_LOAD_FAILED', 'a file that the scenario names cannot be read', {
    problems: reader.problems,
    hint: 'Paths are relative to the scenario file; a CSV file of rows needs a header line, a JSON file an array of flat objects.',
  })
}

class FileReader {
  readonly problems: Problem[] = []
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  /** A scenario, or what an environment lays over one. @param prefix of its paths, '' or `environments.staging.` */
  async document(document: unknown, prefix: string): Promise<unknown> {
    if (!isObject(document)) return document
    const {
      data,
      workload,
      workloads,
      environments,
      target,
      targets: others,
      mocks,
      journeys,
      login,
    } = document
    return {
      ...document,
      ...(isObject(target) ? { target: this.#target(target) } : {}),
      ...(isObject(others) ? { targets: await mapEntries(others, (entry) => this.#target(entry)) } : {}),
      ...(isObject(mocks) ? { mocks: await mapEntries(mocks, (entry) => this.#target(entry)) } : {}),
      ...(isObject(data)
        ? { data: await mapEntries(data, (feeder, name) => this.#feeder(feeder, `${prefix}data.${name}`)) }
        : {}),
      ...(isObject(journeys)
        ? {
            journeys: await mapEntries(journeys, (each, name) =>
              this.#walk(each, `${prefix}journeys.${name}`),
            ),
          }
        : {}),
      ...(isObject(login) ? { login: await this.#walk(login, `${prefix}login`) } : {}),
      ...(isObject(workload) ? { workload: await this.#workload(workload, `${prefix}workload`) } : {}),
      ...(isObject(workloads)
        ? {
            workloads: await mapEntries(workloads, (each, name) =>
              isObject(each) ? this.#workload(each, `${prefix}workloads.${name}`) : each,
            ),
          }
        : {}),
      ...(isObject(environments)
        ? {
            environments: await mapEntries(environments, (overlay, name) =>
              this.document(overlay, `environments.${name}.`),
            ),
          }
        : {}),
    }
  }

  /** A journey, or the login. */
  async #walk(walk: unknown, path: string): Promise<unknown> {
    if (!isObject(walk) || !Array.isArray(walk['steps'])) return walk
    const place = { folder: this.#folder, path: `${path}.steps`, problems: this.problems }
    return { ...walk, steps: await withFileContents(walk['steps'], place) }
  }

  async #feeder(feeder: unknown, path: string): Promise<unknown> {
    if (!isObject(feeder)) return feeder
    const { csv, json, ...rest } = feeder
    // Two sources are left as they are: the schema says that only one may be given.
    if ('rows' in rest || (csv !== undefined && json !== undefined)) return feeder
    if (typeof csv === 'string') return { ...rest, rows: await this.#read(csv, `${path}.csv`, rowsOfCsv) }
    if (typeof json === 'string') return { ...rest, rows: await this.#read(json, `${path}.json`, rowsOfJson) }
    return feeder
  }

  /** A target reads its files itself: their paths become absolute. What an environment lays over a target may name no plugin. */
  #target(target: unknown): unknown {
    if (!isObject(target) || !isObject(target['config'])) return target
    const named = target['plugin']
    const paths = new Set(
      targets.all.flatMap(({ name, files = [] }) => (named === undefined || named === name ? files : [])),
    )
    const config = Object.entries(target['config']).map(([key, value]) => [
      key,
      paths.has(key) ? this.#absolute(value) : value,
    ])
    return paths.size === 0 ? target : { ...target, config: Object.fromEntries(config) }
  }

  /** Anything but text is left to the schema. */
  #absolute(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((entry) => this.#absolute(entry))
    return typeof value === 'string' && value !== '' ? resolve(this.#folder, value) : value
  }

  /** Not by the name of its pattern: what an environment lays over a workload has none. */
  async #workload(workload: Json, path: string): Promise<Json> {
    for (const { file } of workloadPatterns.all) {
      const name = file === undefined ? undefined : lookUp(workload, file.setting)
      if (file === undefined || typeof name !== 'string') continue
      const others = Object.entries(workload).filter(([key]) => key !== file.setting)
      const content = await this.#read(name, `${path}.${file.setting}`, (text) => file.parse(text, name))
      return { ...Object.fromEntries(others), [file.fills]: content }
    }
    return workload
  }

  async #read(file: string, path: string, parse: (text: string) => unknown): Promise<unknown> {
    try {
      return parse(await readRegularText(resolve(this.#folder, file)))
    } catch (error) {
      this.problems.push({ path, message: `${file} cannot be read: ${messageOf(error)}` })
      return []
    }
  }
}

function rowsOfCsv(text: string): unknown {
  return parseCsv(text, { columns: true, skip_empty_lines: true, trim: true, bom: true })
}

/** Rows of a JSON file; numbers as they are written, for rows hold text. */
function rowsOfJson(text: string): unknown {
  const rows = parseJsonNumbers(text.replace(/^\ufeff/, ''))
  if (!Array.isArray(rows)) return rows
  return rows.map((row) =>
    isObject(row)
      ? Object.fromEntries(
          Object.entries(row).map(([field, value]) => [
            field,
            isNumberText(value) ? textOfJson(value) : value,
          ]),
        )
      : row,
  )
}

async function mapEntries(object: Json, change: (value: unknown, key: string) => unknown): Promise<Json> {
  const entries = Object.entries(object).map(async ([key, value]) => [key, await change(value, key)] as const)
  return Object.fromEntries(await Promise.all(entries))
}
