/** Names the history in every failure of its database, and checks every row that comes out of it. */
import type {
  CompiledQuery,
  DatabaseConnection,
  Dialect,
  Driver,
  KyselyPlugin,
  PluginTransformResultArgs,
  QueryResult,
  UnknownRow,
} from 'kysely'
import * as z from 'zod'
import { plainName } from '../../base/plain-name.ts'
import { HISTORY_KINDS } from '../../model/history.ts'
import { OUTCOMES } from '../../model/verdict.ts'

/** Turns a failure of the database into the error that its user sees. */
export type Explain = (cause: unknown) => Error

const text = z.string()
const number = z.number()

/** The values that the columns of all tables may have: SQLite keeps any type in any column, and NULL in a primary key. */
const COLUMNS: ReadonlyMap<string, z.ZodType> = new Map(
  Object.entries({
    id: plainName,
    kind: z.enum(HISTORY_KINDS),
    scenario: plainName,
    started_at: text,
    load_ms: number,
    outcome: z.enum(OUTCOMES),
    valid: number,
    doubtful: number,
    build: text.nullable(),
    scenario_hash: text.nullable(),
    load_hash: text,
    boot_id: text.nullable(),
    environment: text,
    summaries: text,
    verdict: text,
    rollback: text.nullable(),
    recovery_ms: number.nullable(),
    merged: text,
    run_id: plainName,
    step: text,
    metric: text,
    y: number,
    w: number,
    sequence: number,
    start_ms: number,
    end_ms: number,
    requests: number,
    errors: number,
    hdr: text.nullable(),
  }),
)

/** Refuses rows that no version of the harness has written. Throws what `explain` makes of them. */
export class CheckedRows implements KyselyPlugin {
  readonly #explain: Explain

  constructor(explain: Explain) {
    this.#explain = explain
  }

  transformQuery: KyselyPlugin['transformQuery'] = ({ node }) => node

  transformResult({ result }: PluginTransformResultArgs): Promise<QueryResult<UnknownRow>> {
    for (const row of result.rows) this.#check(row)
    return Promise.resolve(result)
  }

  #check(row: UnknownRow): void {
    for (const [column, value] of Object.entries(row)) {
      if (COLUMNS.get(column)?.safeParse(value).success !== false) continue
      const { id = row['run_id'] } = row as { readonly id?: unknown }
      const whose = typeof id === 'string' ? `the run ${id}` : 'a run without a readable id'
      throw this.#explain(new Error(`${column} of ${whose} is ${kindOf(value)}`))
    }
  }
}

function kindOf(value: unknown): string {
  if (value === null) return 'NULL'
  if (value instanceof ArrayBuffer || value instanceof Uint8Array) return `a blob of ${value.byteLength} B`
  return JSON.stringify(value)
}

/** The same dialect, with every failure explained: of opening a connection as of each query. */
export function guardedDialect(dialect: Dialect, explain: Explain): Dialect {
  return {
    createAdapter: () => dialect.createAdapter(),
    createIntrospector: (db) => dialect.createIntrospector(db),
    createQueryCompiler: () => dialect.createQueryCompiler(),
    createDriver: () => guardConnections(dialect.createDriver(), explain),
  }
}

function guardConnections(driver: Driver, explain: Explain): Driver {
  const guarded = new WeakSet<DatabaseConnection>()
  const acquire = driver.acquireConnection.bind(driver)
  driver.acquireConnection = async () => {
    const connection = await acquire().catch((cause: unknown) => {
      throw explain(cause)
    })
    if (guarded.has(connection)) return connection
    guarded.add(connection)
    const execute = connection.executeQuery.bind(connection)
    connection.executeQuery = async <R>(query: CompiledQuery): Promise<QueryResult<R>> => {
      try {
        return await execute<R>(query)
      } catch (cause) {
        throw explain(cause)
      }
    }
    return connection
  }
  return driver
}
