/** The schema of the declarative format as JSON Schema, for editors of YAML and JSON: plugins and patterns included. */
import { z } from 'zod'
import { putAt } from '../base/names.ts'
import type { WorkloadPattern } from '../ports/workload.ts'
import { targets } from '../targets/index.ts'
import { workloadPatterns } from '../workloads/index.ts'
import { code, scenarioSchema, target, workload } from './schema.ts'
import { request } from './step-schema.ts'

type JsonSchema = Record<string, unknown>

/** For `proofload schema`. Code is left out: YAML and JSON have none. */
export function scenarioJsonSchema(): JsonSchema {
  const parts = new Map<unknown, JsonSchema>([
    [code, { not: {} }],
    [target, { anyOf: targets.all.filter(({ name }) => name !== 'function').map(targetJsonSchema) }],
    [workload, { anyOf: workloadPatterns.all.map(workloadJsonSchema) }],
    [request, jsonSchemaOf(targets.get('http').requestSchema)],
  ])
  return z.toJSONSchema(scenarioSchema, {
    ...OPTIONS,
    override: ({ zodSchema, jsonSchema }) => replaceWith(jsonSchema, parts.get(zodSchema)),
  }) as JsonSchema
}

/** Any schema as JSON Schema of what is written, not of what is parsed. */
export function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, OPTIONS) as JsonSchema
}

/** What no JSON Schema can say (curves of the algebra) is left open. */
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
    properties: { plugin: { const: plugin.name }, config: withoutDialect(jsonSchemaOf(plugin.configSchema)) },
    required: ['plugin'],
    additionalProperties: false,
  }
}

/** What a pattern takes from a file is named by that file in a document. */
function workloadJsonSchema({ name, summary, configSchema, file }: WorkloadPattern): JsonSchema {
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
    properties: { pattern: { const: name }, ...Object.fromEntries(settings) },
    required: ['pattern', ...(required ?? []).map(written)],
  }
}

function withoutDialect({ $schema: _dialect, ...rest }: JsonSchema): JsonSchema {
  return rest
}
