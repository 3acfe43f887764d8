/** Scripts of Artillery: phases, scenarios with their flows, captures and expectations, and CSV payloads. */
import { lookUp, putAt } from '../../base/names.ts'
import { isObject, type Json } from '../environments.ts'
import type { FeederDocument } from '../feeder-schema.ts'
import { objectiveOfEnsure } from './artillery-ensure.ts'
import { FlowReader } from './artillery-flow.ts'
import { phasesOf } from './artillery-load.ts'
import type { ImportFormat } from './format.ts'
import { importedOf, literal } from './imported.ts'
import type { ImportReport } from './report.ts'
import type { ImportSource } from './source.ts'

export const artillery: ImportFormat = {
  name: 'artillery',
  title: 'Artillery script',
  isLikely(source) {
    if (!source.looksLikeJson && !(/^config\s*:/m.test(source.text) && /^scenarios\s*:/m.test(source.text)))
      return false
    const document = source.document()
    return isObject(document) && isObject(document['config']) && Array.isArray(document['scenarios'])
  },
  read(source, report) {
    const document = source.document()
    const { config, scenarios, before, after } = (isObject(document) ? document : {}) as Json
    if (!isObject(config) || !Array.isArray(scenarios))
      throw source.invalid(
        'has no config and scenarios',
        'Import the script that holds both; includes are not followed.',
      )
    const data: Record<string, FeederDocument> = {}
    const fields = {
      ...variablesOf(config['variables'], data),
      ...payloadsOf(config['payload'], source, data, report),
    }
    const reader = new FlowReader(
      report,
      fields,
      String(config['target'] ?? ''),
      config['defaults'],
      config['http'],
    )
    const journeys = scenarios.filter(isObject).flatMap((scenario, i) => {
      const name = String(scenario['name'] ?? `scenario-${i + 1}`)
      if (scenario['engine'] !== undefined && scenario['engine'] !== 'http') {
        report.lost(`scenarios of the engine ${String(scenario['engine'])}`, name)
        return []
      }
      const weight = Number(scenario['weight'] ?? 1)
      const steps = reader.stepsOf(scenario['flow'], name)
      tellOfHooks(scenario, name, report)
      return steps.some(({ kind }) => kind === 'request')
        ? [{ name, weight: weight > 0 ? weight : 1, steps }]
        : []
    })
    if (journeys.length === 0)
      throw source.invalid(
        'has no scenario with requests over HTTP',
        `Lost: ${report.losses.join('; ') || 'nothing'}.`,
      )
    for (const key of ['processor', 'plugins', 'environments', 'phases'] as const)
      tellOfConfig(key, config, report)
    if (before !== undefined || after !== undefined)
      report.lost('before and after: write setup and teardown in TypeScript')
    return importedOf(
      typeof document === 'object' && isObject(config)
        ? String(scenarios.length === 1 ? (journeys[0]?.name ?? '') : 'artillery')
        : 'artillery',
      {
        journeys,
        data,
        workload: phasesOf(config['phases'], report),
        objectives: ensuresOf(config, report),
      },
    )
  },
}

function tellOfHooks(scenario: Json, name: string, report: ImportReport): void {
  for (const hook of ['beforeScenario', 'afterScenario', 'beforeRequest', 'afterResponse'])
    if (lookUp(scenario, hook) !== undefined)
      report.lost('functions of the processor: write them in TypeScript', `${hook}, ${name}`)
}

function tellOfConfig(key: string, config: Json, report: ImportReport): void {
  const value = lookUp(config, key)
  if (key === 'processor' && value !== undefined)
    report.lost('functions of the processor: write them in TypeScript', String(value))
  if (key === 'environments' && value !== undefined)
    report.lost('environments: write those of yours below environments')
  if (key === 'plugins' && isObject(value))
    for (const plugin of Object.keys(value).filter(
      (name) => !/^(?:ensure|expect|metrics-by-endpoint|apdex)$/.test(name),
    ))
      report.lost('plugins', plugin)
}

function variablesOf(given: unknown, data: Record<string, FeederDocument>): Readonly<Record<string, string>> {
  const fields: Record<string, string> = {}
  for (const [name, value] of Object.entries(isObject(given) ? given : {})) {
    const values = (Array.isArray(value) ? value : [value]).filter((one) =>
      ['string', 'number', 'boolean'].includes(typeof one),
    )
    if (values.length === 0) continue
    putAt(data, name, {
      ...(values.length > 1 ? { mode: 'random' as const } : {}),
      rows: values.map((one) => ({ value: typeof one === 'string' ? literal(one) : (one as number) })),
    })
    putAt(fields, name, `{{${name}.value}}`)
  }
  return fields
}

function payloadsOf(
  given: unknown,
  source: ImportSource,
  data: Record<string, FeederDocument>,
  report: ImportReport,
): Readonly<Record<string, string>> {
  const fields: Record<string, string> = {}
  for (const payload of [given].flat().filter(isObject)) {
    const path = String(payload['path'] ?? '')
    const names = (Array.isArray(payload['fields']) ? payload['fields'] : []).map(String)
    const feeder = (path.split('/').at(-1) ?? 'rows').replace(/\.\w+$/, '').replace(/[^\w-]+/g, '-') || 'rows'
    const mode = payload['order'] === 'sequence' ? {} : { mode: 'random' as const }
    putAt(data, feeder, { ...mode, rows: rowsOf(source.readBeside(path), payload, names, path, report) })
    for (const name of names) putAt(fields, name, `{{${feeder}.${name}}}`)
  }
  return fields
}

/** The rows of a CSV file, which names no columns: they become those of the scenario. */
function rowsOf(
  text: string | null,
  payload: Json,
  names: readonly string[],
  path: string,
  report: ImportReport,
): Record<string, string>[] {
  if (text === null) {
    report.lost('files of rows that are not there: fill in the rows', path)
    return [Object.fromEntries(names.map((name) => [name, 'fill in']))]
  }
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '')
  const rows = payload['skipHeader'] === true ? lines.slice(1) : lines
  const delimiter = typeof payload['delimiter'] === 'string' ? payload['delimiter'] : ','
  return rows.map((line) => {
    const cells = line.split(delimiter).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'))
    return Object.fromEntries(names.map((name, i) => [name, literal(cells[i] ?? '')]))
  })
}

function ensuresOf(config: Json, report: ImportReport): readonly string[] {
  const plugins = isObject(config['plugins']) ? config['plugins'] : {}
  const given = [config['ensure'], plugins['ensure']].filter(isObject)
  return given.flatMap((ensure) => {
    const { thresholds, conditions, ...short } = ensure as Json
    const listed = (Array.isArray(thresholds) ? thresholds : [])
      .filter(isObject)
      .flatMap((one) => Object.entries(one))
    if (Array.isArray(conditions))
      for (const one of conditions)
        report.lost('conditions of ensure', isObject(one) ? String(one['expression']) : '')
    return [...listed, ...Object.entries(short)].flatMap(([metric, bound]) => {
      const objective = objectiveOfEnsure(metric, Number(bound))
      if (objective === null) report.lost('thresholds', `${metric}: ${String(bound)}`)
      return objective === null ? [] : [objective]
    })
  })
}
