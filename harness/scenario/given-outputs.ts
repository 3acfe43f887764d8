/** Outputs that the command line and proofload.config add to those of a scenario. */
import { HarnessError } from '../base/errors.ts'
import { putAt } from '../base/names.ts'
import { outputs as known } from '../telemetry/outputs/index.ts'
import { isObject, type Json } from './environments.ts'
import type { OutputDocument } from './outputs-schema.ts'
import type { OutputAuthors } from './resolve-outputs.ts'

/** Outputs beside those of the scenario. */
export interface GivenOutputs {
  /** By name. */
  readonly byFlag: Readonly<Record<string, OutputDocument>>
  /** The key `outputs` of proofload.config; undefined: it has none. */
  readonly byConfig?: unknown
}

/** Parses `--output name` and `--output name=PLACE`. @throws HarnessError PLUGIN_UNKNOWN, USAGE */
export function outputsOfFlags(texts: readonly string[]): Record<string, OutputDocument> {
  const found: Record<string, OutputDocument> = {}
  for (const text of texts) {
    const [, name = '', value] = /^([^=]+)(?:=(.*))?$/s.exec(text) ?? []
    const { flag, configSchema } = known.get(name)
    const config = value === undefined ? {} : { [flag]: value }
    const checked = configSchema.safeParse(config)
    if (!checked.success)
      throw new HarnessError('USAGE', `--output ${name}: ${flag} is missing or wrong`, {
        hint: `Write --output ${name}=${flag.toUpperCase()}, where ${flag} is ${checked.error.issues[0]?.message}.`,
      })
    putAt(found, name, { plugin: name, config })
  }
  return found
}

/** Lays them over the outputs of a document: a flag wins over proofload.config, and that over the scenario. */
export function withGivenOutputs(document: Json, { byFlag, byConfig }: GivenOutputs): Json {
  const fromConfig = isObject(byConfig) ? byConfig : {}
  const own = isObject(document['outputs']) ? document['outputs'] : {}
  const layers = [own, fromConfig, { to: byFlag }]
  if (layers.every((layer) => Object.keys(toOf(layer)).length === 0)) return document
  const to = Object.fromEntries(layers.flatMap((layer) => Object.entries(toOf(layer))))
  return { ...document, outputs: { ...own, ...fromConfig, to } }
}

/** Tells whose each output is. */
export function outputAuthors({ byFlag, byConfig }: GivenOutputs): OutputAuthors {
  const authors = (names: Json, by: 'config' | 'flag') =>
    Object.keys(names).map((name) => [name, by] as const)
  const configured = isObject(byConfig) ? toOf(byConfig) : {}
  return Object.fromEntries([...authors(configured, 'config'), ...authors(byFlag as Json, 'flag')])
}

function toOf(outputs: Json): Json {
  return isObject(outputs['to']) ? outputs['to'] : {}
}
