import type { Answer, Perform, PerformOptions } from '../../ports/target.ts'
import type { Isolation, SqlStatement, SqlValue } from './schema.ts'

/** Options of a statement of code, beside those of every request. */
export interface QueryOptions extends Partial<PerformOptions> {
  /** Prepare the statement once a connection. */
  readonly prepare?: boolean
}

/** Options of a transaction of code. */
export interface TransactionOptions extends Partial<PerformOptions> {
  readonly isolation?: Isolation
}

/** Checks a request of code and compiles it; the step is made of the request when there is none. */
export type PrepareSql = (
  request: Readonly<Record<string, unknown>>,
  step: string | undefined,
) => { readonly step: string }

/** The client that code journeys call, one an agent. Every request is recorded, and resolves whatever became of it. */
export class SqlClient {
  readonly #perform: Perform
  readonly #prepare: PrepareSql

  constructor(perform: Perform, prepare: PrepareSql) {
    this.#perform = perform
    this.#prepare = prepare
  }

  /** The answer's `json()` is `{ rowCount, rows }`. */
  query(query: string, values: readonly SqlValue[] = [], options: QueryOptions = {}): Promise<Answer> {
    const { prepare, ...others } = options
    return this.send({ query, values, prepare }, others)
  }

  /** The answer's `json()` is `{ results: [{ name, rowCount, rows }] }`. */
  transaction(statements: readonly SqlStatement[], options: TransactionOptions = {}): Promise<Answer> {
    const { isolation, ...others } = options
    return this.send({ transaction: statements, isolation }, others)
  }

  /** Sends any request, as a step has it. */
  send(request: Readonly<Record<string, unknown>>, options: Partial<PerformOptions> = {}): Promise<Answer> {
    const work = this.#prepare(request, options.step)
    return this.#perform(work, { ...options, step: work.step })
  }
}
