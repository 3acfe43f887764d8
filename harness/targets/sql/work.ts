/** Requests to SQL databases, compiled once. */
import { HarnessError } from '../../base/errors.ts'
import type { MakeTemplate, Template, VariableLookup } from '../../base/template.ts'
import type { SqlRequest, SqlStatement, SqlValue } from './schema.ts'

/** A statement as it is sent. */
export interface WiredStatement {
  readonly text: string
  readonly values: readonly SqlValue[]
  /** The name under which it is prepared; '' = it is not. */
  readonly prepared: string
  /** Name of its component; '' outside a transaction. */
  readonly component: string
  /** The content that follows it on the connection, for statements that read from there. */
  readonly input?: string
}

type CompiledValue = SqlValue | Template

interface CompiledStatement {
  readonly text: Template
  readonly values: readonly CompiledValue[]
  readonly prepared: string
  readonly component: string
  /** Set when no variable occurs in it. */
  readonly constant: WiredStatement | null
}

/** The work of a session. */
export interface SqlWork {
  readonly step: string
  /** Text before the first statement and after the last; null: no transaction. */
  readonly transaction: { readonly begin: readonly string[] } | null
  /** False: rows are counted and dropped, even where the answer is kept. */
  readonly keepsRows: boolean
  /** Renders the statements. @throws UnsetVariable */
  render(variables: VariableLookup): readonly WiredStatement[]
}

/** The differences between databases. */
export interface SqlDialect {
  /** Statements that begin a transaction of an isolation; undefined = the server's own. */
  begin(isolation: string | undefined): readonly string[]
  /** Returns the name under which a statement is prepared, one for each text. */
  nameOf(text: string): string
}

/** Compiles a request. @throws HarnessError SCENARIO_INVALID */
export function compileSql(
  request: SqlRequest,
  step: string,
  template: MakeTemplate,
  dialect: SqlDialect,
): SqlWork {
  const { query = '', values, prepare, rows, transaction, isolation } = request
  const isTransaction = transaction !== undefined
  const statements = transaction ?? [{ query, values: values as SqlValue[] | undefined, prepare }]
  const compiled = statements.map((statement, index) =>
    compileStatement(statement, isTransaction ? `statement ${index + 1}` : '', template, dialect),
  )
  const constants = compiled.flatMap(({ constant }) => (constant === null ? [] : [constant]))
  return {
    step,
    transaction: isTransaction ? { begin: dialect.begin(isolation) } : null,
    keepsRows: rows !== 'count',
    render:
      constants.length === compiled.length
        ? () => constants
        : (variables) => compiled.map((statement) => statement.constant ?? filled(statement, variables)),
  }
}

function compileStatement(
  { query, values = [], prepare = false, name }: SqlStatement,
  fallback: string,
  template: MakeTemplate,
  dialect: SqlDialect,
): CompiledStatement {
  const text = template(query)
  if (prepare && text.constant === null)
    throw new HarnessError('SCENARIO_INVALID', `prepare: '${query}' is another statement for each value`, {
      hint: 'Write parameters into the statement, and their variables into values.',
    })
  const statement = {
    text,
    values: values.map((value) => (typeof value === 'string' ? constantOf(template(value)) : value)),
    prepared: prepare ? dialect.nameOf(query) : '',
    component: name ?? fallback,
  }
  const isConstant = text.constant !== null && statement.values.every((value) => !isTemplate(value))
  return { ...statement, constant: isConstant ? filled(statement, () => undefined) : null }
}

function filled(
  { text, values, prepared, component }: Omit<CompiledStatement, 'constant'>,
  variables: VariableLookup,
): WiredStatement {
  return {
    text: text.constant ?? text.render(variables),
    values: values.map((value) => (isTemplate(value) ? value.render(variables) : value)),
    prepared,
    component,
  }
}

function constantOf(template: Template): CompiledValue {
  return template.constant ?? template
}

function isTemplate(value: CompiledValue): value is Template {
  return typeof value === 'object' && value !== null
}

/** Makes the name of a request that was given none: its verb and the table it is about. */
export function nameOfSql({ query, transaction }: SqlRequest): string {
  if (query !== undefined) return shortOf(query)
  return `transaction ${(transaction ?? []).map(({ name, query: text }) => name ?? shortOf(text)).join(', ')}`
}

function shortOf(text: string): string {
  const [verb = 'query'] = /\w+/.exec(text) ?? []
  const table = /\b(?:from|into|update|table|join)\s+([\w."`]+)/i.exec(text)?.[1]
  return table === undefined ? verb.toLowerCase() : `${verb.toLowerCase()} ${table.replace(/["`]/g, '')}`
}
