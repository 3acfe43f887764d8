/** Compares GraphQL operations with the schema of their server before any load. The library is loaded only where a schema is stated. */
import { createRequire } from 'node:module'
import type { GraphQLSchema } from 'graphql'
import { messageOf } from '../../base/errors.ts'
import { readRegularTextSync } from '../../system/files.ts'

const SCHEMA_BYTES_MAX = 16 * 1024 ** 2
/** The schema by file, while a scenario with many steps is checked. */
const known = new Map<string, { readonly text: string; readonly schema: GraphQLSchema }>()

/** Says what is wrong with a request that carries an operation; nothing for any other request. */
export function problemsOfOperation(schemaFile: string, json: unknown): string[] {
  const query = queryOf(json)
  if (query === null) return []
  const { parse, validate } = library()
  try {
    return validate(schemaIn(schemaFile), parse(query)).map(({ message, locations = [] }) =>
      locations[0] === undefined ? message : `${message} (line ${locations[0].line} of the query)`,
    )
  } catch (thrown) {
    return [messageOf(thrown)]
  }
}

function queryOf(json: unknown): string | null {
  if (typeof json !== 'object' || json === null || !('query' in json)) return null
  return typeof json.query === 'string' ? json.query : null
}

function schemaIn(file: string): GraphQLSchema {
  const text = readRegularTextSync(file, { bytesMax: SCHEMA_BYTES_MAX })
  const before = known.get(file)
  if (before?.text === text) return before.schema
  const schema = library().buildSchema(text)
  known.set(file, { text, schema })
  return schema
}

function library(): typeof import('graphql') {
  return createRequire(import.meta.url)('graphql') as typeof import('graphql')
}
