/**
 * Presets of environments for all scenarios of a project, as proofload.config writes them. A scenario goes on from its preset: what it
 * states itself stays, except for limits of damage, which it can add to and not loosen.
 */
import * as z from 'zod'
import { lookUp } from '../base/names.ts'
import { recordOf } from '../base/record-of.ts'
import { name } from '../base/text-schemas.ts'
import { LOG_CHOICES } from '../telemetry/log-format.ts'
import { alerts, emergency } from './enforcement-schema.ts'
import { isObject, type Json } from './environments.ts'

const presetSchema = z.strictObject({
  state: z.string().min(1).optional().describe('State store, as --state: memory:, a file, or redis://...'),
  store: z.string().min(1).optional().describe('History, as --store: a file, or postgres://...'),
  log: z.enum(LOG_CHOICES).optional().describe('Format of log lines, as --log'),
  allowHosts: z
    .array(z.string().min(1))
    .optional()
    .describe('Hosts that may be loaded, beside those of the scenario'),
  emergency: emergency.optional(),
  alerts: alerts
    .optional()
    .describe('Channels and routes; a scenario may state more, and others of the same name'),
})
/** The preset of an environment. */
export type Preset = z.output<typeof presetSchema>

export const presetsSchema = recordOf(presetSchema, name)

/** Returns the document with what the preset of the environment gives to it. */
export function withPreset(document: unknown, environment: string, preset: Preset): unknown {
  if (!isObject(document)) return document
  const { allowHosts = [], emergency: ofProject, alerts: channels } = preset
  const limits = [...listIn(document['emergency'], 'limits'), ...(ofProject?.limits ?? [])]
  const hosts = [...new Set([...listIn(document, 'allowHosts'), ...allowHosts])]
  const environments = isObject(document['environments']) ? document['environments'] : {}
  return {
    ...document,
    ...(ofProject === undefined ? {} : { emergency: { limits } }),
    ...(allowHosts.length === 0 ? {} : { allowHosts: hosts }),
    ...(channels === undefined ? {} : { alerts: withChannels(document['alerts'], channels) }),
    // The project defines it, so the scenario need not.
    environments: { [environment]: {}, ...environments },
  }
}

function withChannels(own: unknown, { channels, routes }: NonNullable<Preset['alerts']>): Json {
  const stated = isObject(own) ? own : {}
  const ofScenario = isObject(stated['channels']) ? stated['channels'] : {}
  return { ...(routes === undefined ? {} : { routes }), ...stated, channels: { ...channels, ...ofScenario } }
}

function listIn(document: unknown, key: string): readonly unknown[] {
  const value = isObject(document) ? lookUp(document, key) : undefined
  return Array.isArray(value) ? value : []
}
