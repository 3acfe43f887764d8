/** The schema of the declarative format as JSON Schema, for editors of YAML and JSON: plugins and patterns included. */
import * as z from 'zod'
import { codePlace } from '../base/code-place.ts'
import { putAt } from '../base/names.ts'
import { status } from '../expectations/status.ts'
import type { WorkloadPattern } from '../ports/workload.ts'
import { targets } from '../targets/index.ts'
import { request } from '../targets/step.ts'
import { workloadPatterns } from '../workloads/index.ts'
import { scenarioSchema, sharedConnections, target, workload, workloadPart } from './schema.ts'

type JsonSchema = Record<string, unknown>

/** For `proofload schema`. Code is left out: YAML and JSON have none. */
export function scenarioJsonSchema(): JsonSchema {
  const plugins = targets.all.filter(({ isCode }) => isCode !== true)
  const parts = new Map<unknown, JsonSchema>([
    [codePlace, { not: {} }],
    [target, { anyOf: [...plugins.map(targetJsonSchema), outsideTarget()] }],
    [workload, { anyOf: workloadPatterns.all.map((pattern) => workloadJsonSchema(pattern)) }],
    [
      workloadPart,
      { anyOf: workloadPatterns.all.map((pattern) => workloadJsonSchema(pattern, partSettings())) },
    ],
    [request, anyOf(plugins.map(({ requestSchema }) => requestSchema))],
    [status.schema, anyOf(plugins.map(({ status: { expected } }) => expected))],
  ])
  const schema = z.toJSONSchema(scenarioSchema, {
    ...OPTIONS,
    override: ({ zodSchema, jsonSchema }) => replaceWith(jsonSchema, parts.get(zodSchema)),
  }) as JsonSchema
  return { ...schema, oneOf: [{ required: ['workload'] }, { required: ['workloads'] }] }
}

/** The format of each plugin, those that several share once. */
function anyOf(schemas: readonly z.ZodType[]): JsonSchema {
  const [first = {}, ...others] = [...new Set(schemas)].map((schema) => withoutDialect(jsonSchemaOf(schema)))
  return others.length === 0 ? first : { anyOf: [first, ...others] }
}

/** Any schema as JSON Schema of what is written, not of what is parsed. */
export function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, OPTIONS) as JsonSchema
}

/** Leaves open what no JSON Schema can say (curves of the algebra). */
const OPTIONS = { io: 'input', unrepresentable: 'any' } as const

function replaceWith(jsonSchema: JsonSchema, part: JsonSchema | undefined): void {
  if (part === undefined) return
  const { description } = jsonSchema
  for (const key of Object.keys(jsonSchema)) Reflect.deleteProperty(jsonSchema, key)
  const described = description === undefined ? part : { ...part, description }
  for (const [key, value] of Object.entries(described)) putAt(jsonSchema, key, value)
}

function targetJsonSchema(plugin: (typeof targets.all)[number]): JsonSchema {
  return {
    type: 'object',
    properties: {
      plugin: { const: plugin.name },
      config: withoutDialect(jsonSchemaOf(plugin.configSchema)),
      connections: withoutDialect(jsonSchemaOf(sharedConnections)),
    },
    required: ['plugin'],
    additionalProperties: false,
  }
}

/** A target of a plugin that the scenario declares, in a format that only the plugin knows. */
function outsideTarget(): JsonSchema {
  return {
    type: 'object',
    properties: {
      plugin: { type: 'string', not: { enum: targets.names } },
      config: { type: 'object' },
      connections: withoutDialect(jsonSchemaOf(sharedConnections)),
    },
    required: ['plugin'],
    additionalProperties: false,
  }
}

/** The settings that each of several workloads has beside those of its pattern. */
function partSettings(): JsonSchema {
  const { properties } = jsonSchemaOf(workloadPart) as { readonly properties: JsonSchema }
  const { pattern: _pattern, ...settings } = properties
  return settings
}

/**
 * A setting that a pattern takes from a file is named by that file in a document.
 * @param more settings that win over those of the pattern
 */
function workloadJsonSchema(
  { name, summary, configSchema, file }: WorkloadPattern,
  more: JsonSchema = {},
): JsonSchema {
  const { properties, required, ...rest } = withoutDialect(jsonSchemaOf(configSchema)) as {
    properties: JsonSchema
    required?: string[]
  }
  const written = (key: string) => (key === file?.fills ? file.setting : key)
  const settings = Object.entries(properties).map(([key, schema]) => [
    written(key),
    key === file?.fills ? { type: 'string', description: file.description } : schema,
  ])
  return {
    ...rest,
    description: summary,
    properties: { pattern: { const: name }, ...Object.fromEntries(settings), ...more },
    required: ['pattern', ...(required ?? []).map(written)],
  }
}

function withoutDialect({ $schema: _dialect, ...rest }: JsonSchema): JsonSchema {
  return rest
}
