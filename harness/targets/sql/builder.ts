/** Steps of SQL databases, as authors write them. */
import type { Immutable } from '../../base/immutable.ts'
import { type RequestStep, requestStep, type StepOptions } from '../step.ts'
import type { Isolation, SqlStatement, SqlValue } from './schema.ts'

/** Parts of a statement step besides its text and values. */
export interface QueryStepOptions extends StepOptions {
  /** Prepare the statement once a connection. */
  readonly prepare?: boolean
  /** `count`: rows are counted, and never kept. */
  readonly rows?: 'count'
}

/** Parts of a transaction step besides its statements. */
export interface TransactionStepOptions extends StepOptions {
  readonly isolation?: Isolation
}

export const sqlSteps = {
  /** One statement: `query('select 1')`, `query('select * from t where id = $1', ['{{row.id}}'])`. */
  query(query: string, values: readonly SqlValue[] = [], options: QueryStepOptions = {}): RequestStep {
    const { prepare, rows, ...shared } = options
    return requestStep(
      {
        query,
        ...(values.length === 0 ? {} : { values }),
        ...(prepare === undefined ? {} : { prepare }),
        ...(rows === undefined ? {} : { rows }),
      },
      shared,
    )
  },
  /** Statements of one transaction, committed at the end. */
  transaction(
    statements: readonly Immutable<SqlStatement>[],
    options: TransactionStepOptions = {},
  ): RequestStep {
    const { isolation, ...shared } = options
    return requestStep({ transaction: statements, ...(isolation === undefined ? {} : { isolation }) }, shared)
  },
}
