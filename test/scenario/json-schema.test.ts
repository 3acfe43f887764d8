import * as assert from 'uvu/assert'
import { jsonSchemaOf, scenarioJsonSchema } from '../../harness/scenario/json-schema.ts'
import { scenarioSchema } from '../../harness/scenario/schema.ts'
import { targets } from '../../harness/targets/index.ts'
import { workloadPatterns } from '../../harness/workloads/index.ts'
import { assertGolden } from '../kit/golden.ts'
import { describe } from '../kit/suite.ts'

type Json = Readonly<Record<string, unknown>>

/** Every named property below a schema, with its path. */
function properties(node: unknown, path = ''): { path: string; schema: Json }[] {
  if (typeof node !== 'object' || node === null) return []
  const own = Object.entries((node as Json)['properties'] ?? {}).map(([name, schema]) => ({
    path: `${path}.${name}`,
    schema: schema as Json,
  }))
  const below = Object.entries(node).flatMap(([key, child]) =>
    key === 'properties'
      ? own.flatMap((property) => properties(property.schema, property.path))
      : properties(child, path),
  )
  return [...own, ...below]
}

const at = (schema: Json, ...keys: string[]) => keys.reduce<Json>((node, key) => node[key] as Json, schema)
const constantsOf = (union: Json, key: string) =>
  (union['anyOf'] as Json[]).map((branch) => at(branch, 'properties', key)['const'])

describe('scenarioJsonSchema', (test) => {
  const schema = scenarioJsonSchema()

  test('is JSON and says which dialect it is in', () => {
    assert.match(String(schema['$schema']), 'json-schema.org')
    assert.equal(JSON.parse(JSON.stringify(schema)), schema)
  })

  test('describes every field of the authoring layer', () => {
    const authored = jsonSchemaOf(scenarioSchema)
    const definitions = authored['$defs'] as Readonly<Record<string, Json>>
    const described = ({ $ref, ...field }: Json) =>
      field['description'] ?? definitions[String($ref).replace('#/$defs/', '')]?.['description']
    const silent = properties(authored)
      .filter(({ schema: field }) => described(field) === undefined && field['const'] === undefined)
      .map(({ path }) => path)

    assert.equal(silent, [])
  })

  test('knows every pattern with its settings', () => {
    const workload = at(schema, 'properties', 'workload')
    const scaleTest = (workload['anyOf'] as Json[]).find(
      (branch) => at(branch, 'properties', 'pattern')['const'] === 'scale-test',
    )

    assert.equal(constantsOf(workload, 'pattern'), workloadPatterns.names)
    assert.ok('stepFor' in at(scaleTest ?? {}, 'properties'))
    assert.is(scaleTest?.['additionalProperties'], false)
  })

  test('lets a replay name its file, as authors do', () => {
    const replay = (at(schema, 'properties', 'workload')['anyOf'] as Json[]).find(
      (branch) => at(branch, 'properties', 'pattern')['const'] === 'replay',
    )

    assert.equal(replay?.['required'], ['pattern', 'csv'])
    assert.not.ok('instantsMs' in at(replay ?? {}, 'properties'))
  })

  test('knows every target that needs no code, with its configuration', () => {
    const target = at(schema, 'properties', 'target')

    // The last is for targets of plugins from outside, whose names are no constants.
    assert.equal(constantsOf(target, 'plugin'), [
      ...targets.all.filter(({ isCode }) => isCode !== true).map(({ name }) => name),
      undefined,
    ])
    assert.match(JSON.stringify(target), 'followRedirects')
  })

  test('keeps its shape: what an editor accepted, it accepts', () => {
    const shape = JSON.stringify(schema, (key, value) => (key === 'description' ? undefined : value), 1)
    assertGolden(`${shape}\n`, new URL('golden/scenario-shape.txt', import.meta.url))
  })

  test('allows no code', () => {
    assert.not.match(JSON.stringify(schema), '\\$code')
    assert.equal(at(schema, 'properties', 'setup')['not'], {})
  })
})

describe('jsonSchemaOf', (test) => {
  test('can say something about every pattern, plugin and request', () => {
    for (const { configSchema } of workloadPatterns.all)
      assert.is(jsonSchemaOf(configSchema)['type'], 'object')
    for (const { configSchema, requestSchema, steps = [] } of targets.all)
      for (const part of [configSchema, requestSchema, ...steps.map((step) => step.schema)]) {
        const { type, anyOf } = jsonSchemaOf(part)
        // An act in a page is one of several objects.
        for (const each of (anyOf as Json[] | undefined) ?? [{ type }]) assert.is(each['type'], 'object')
      }
  })
})
