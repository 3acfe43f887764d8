/** Steps that send GraphQL over HTTP, as authors write them. */
import { type RequestStep, requestStep, type StepOptions } from '../step.ts'

/** The operation that a step sends. */
export interface GraphqlOperation {
  /** The text of the query or mutation. */
  readonly query: string
  /** Values of its variables; texts may hold `{{variables}}` of the agent. */
  readonly variables?: Readonly<Record<string, unknown>>
  /** The one of several operations in the text; also the name under which the step is recorded. */
  readonly operationName?: string
  /** The path at which the server takes operations. Default: /graphql. */
  readonly path?: string
}

const NAMED_OPERATION = /^\s*(?:query|mutation|subscription)\s+([A-Za-z_]\w*)/m

/**
 * Sends one operation to an http target: `graphql({ query: 'query Item { item(id: 1) { name } }' })`. It is recorded under the name of the
 * operation, and fails with the first message of the answer's `errors`, if there are any.
 */
export function graphql(
  { query, variables, operationName, path = '/graphql' }: GraphqlOperation,
  { expect, ...options }: StepOptions = {},
): RequestStep {
  const name = operationName ?? NAMED_OPERATION.exec(query)?.[1]
  const body = {
    query,
    ...(variables === undefined ? {} : { variables }),
    ...(operationName === undefined ? {} : { operationName }),
  }
  return requestStep(
    { method: 'POST', path, json: body },
    { ...(name === undefined ? {} : { step: name }), ...options, expect: { graphql: true, ...expect } },
  )
}
