/** Schemas of a PostgreSQL target and its requests, as scenarios write them. */
import * as z from 'zod'
import { serverSettings } from '../server-config.ts'
import { problemOfKeys, type SqlRequest, sqlRequestShape } from '../sql/schema.ts'

export const POSTGRES_PORT = 5432
const ROWS_MAX = 1_000_000

/** Configuration of the `postgres` target. */
export const postgresConfigSchema = z
  .strictObject(serverSettings(['postgres', 'postgresql'], 'postgres://postgres@127.0.0.1:5432/shop'))
  .describe('A PostgreSQL database')
export type PostgresConfig = z.output<typeof postgresConfigSchema>

const copyIn = z
  .strictObject({
    /** Name of the table, with its schema if it needs one. */
    table: z.string().min(1).describe('Name of the table, with its schema if it needs one'),
    /** Names of the columns. Default: all. */
    columns: z.array(z.string().min(1)).min(1).optional().describe('Names of the columns. Default: all.'),
    /** The number of rows. Default: 1. */
    rows: z.int().min(1).max(ROWS_MAX).default(1).describe('The number of rows'),
    /** Values of a row; `{{$i}}` is its number, from 0. */
    row: z
      .array(z.union([z.string(), z.number(), z.boolean(), z.null()]))
      .min(1)
      .describe('Values of a row; {{$i}} is its number, from 0'),
  })
  .describe('Rows by COPY FROM STDIN')
export type CopyIn = z.output<typeof copyIn>

/** One request; strings may hold `{{variables}}`. */
export const postgresRequestSchema = z
  .strictObject({
    ...sqlRequestShape,
    /** Rows by COPY FROM STDIN. */
    copyIn: copyIn.optional(),
  })
  .superRefine((request, context) => {
    const problem = problemOfKeys(request, ['query', 'transaction', 'copyIn'])
    if (problem !== null) context.addIssue({ code: 'custom', message: problem })
  })
  .describe('A statement, a transaction or a copy')
export type PostgresRequest = SqlRequest & { readonly copyIn?: CopyIn | undefined }
