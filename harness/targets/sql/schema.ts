/** Requests that all SQL databases take, as scenarios write them. */
import * as z from 'zod'

/** Statements that leave a connection in another state: the next request over it would not be the one that was meant. */
const STATE = /^\s*(begin|start\s+transaction|commit|rollback|savepoint|set\s+session|lock\s+tables|use\s)/i

const query = z
  .string()
  .min(1, 'a statement')
  .refine(
    (text) => !STATE.test(text),
    'one statement that leaves the connection as it was: write { transaction: [...] } for more',
  )
const value = z.union([z.string(), z.number(), z.boolean(), z.null()])
const values = z.array(value)

/** A statement inside a transaction. */
const statement = z.strictObject({
  /** Name of its component time. Default: statement 1, 2 ... */
  name: z.string().min(1).optional().describe('Name of its component time. Default: statement 1, 2 ...'),
  /** The statement. */
  query: query.describe('The statement'),
  /** Values of its parameters. */
  values: values.optional().describe('Values of its parameters'),
  /** Prepare it once a connection. */
  prepare: z.boolean().optional().describe('Prepare it once a connection'),
})
export type SqlStatement = z.output<typeof statement>

export const ISOLATIONS = ['read committed', 'repeatable read', 'serializable', 'read uncommitted'] as const
export type Isolation = (typeof ISOLATIONS)[number]

/** The keys of a request that every SQL database takes. */
export const sqlRequestShape = {
  /** One statement; values stand in `values`, not in its text. */
  query: query.optional().describe('One statement; values stand in values, not in its text'),
  /** Values of its parameters; strings may hold `{{variables}}`. */
  values: values.optional().describe('Values of its parameters'),
  /** Prepare the statement once a connection. */
  prepare: z.boolean().optional().describe('Prepare the statement once a connection'),
  /** `count`: rows are counted, and never kept. */
  rows: z.enum(['count']).optional().describe('count: rows are counted, and never kept'),
  /** Statements of one transaction, committed at the end. */
  transaction: z
    .array(statement)
    .min(1)
    .optional()
    .describe('Statements of one transaction, committed at the end'),
  /** Isolation of the transaction. Default: of the server. */
  isolation: z.enum(ISOLATIONS).optional().describe('Isolation of the transaction. Default: of the server.'),
}

export interface SqlRequest {
  readonly query?: string | undefined
  readonly values?: readonly z.output<typeof value>[] | undefined
  readonly prepare?: boolean | undefined
  readonly rows?: 'count' | undefined
  readonly transaction?: readonly SqlStatement[] | undefined
  readonly isolation?: Isolation | undefined
}
export type SqlValue = z.output<typeof value>

/** Returns the problem of keys that do not go together; null for none. @param kinds of requests, of which there is one */
export function problemOfKeys(request: SqlRequest, kinds: readonly string[]): string | null {
  const given = Object.entries(request).flatMap(([key, entry]) => (entry === undefined ? [] : [key]))
  if (given.filter((key) => kinds.includes(key)).length !== 1) return `exactly one of ${kinds.join(', ')}`
  const others = given.filter((key) => ['values', 'prepare'].includes(key))
  if (request.query === undefined && others.length > 0) return `${others.join(' and ')} belong to query`
  if (request.isolation !== undefined && request.transaction === undefined)
    return 'isolation belongs to transaction'
  return null
}
