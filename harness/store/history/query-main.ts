/**
 * The process that answers one query on a file: what is asked may take for ever inside the database, where nothing but the end
 * of its process reaches it. The file is opened read-only, and what it may call is looked up in the compiled query: SQLite's
 * own functions and mathematics, but none of those that this build has for files.
 */
import { pathToFileURL } from 'node:url'
import Database from 'libsql'
import { messageOf } from '../../base/errors.ts'
import type { FileQuery, QueryAnswer, QueryRow } from './query-protocol.ts'

type OpenFile = InstanceType<typeof Database>

/** Functions of extensions that compute and do nothing else; those of SQLite itself are taken, too. */
const HARMLESS = new Set(
  `acos acosh asin asinh atan atan2 atanh ceil ceiling cos cosh degrees exp floor ln log log10 log2 mod pi pow power radians sign sin
  sinh sqrt square tan tanh trunc median mode stdev variance lower_quartile upper_quartile reverse proper charindex padl padr
  padc regexp regexpi`.split(/\s+/),
)
const HARMFUL = new Set(['load_extension'])
/** Tables that are functions. */
const HARMLESS_MODULES = /^(?:json_each|json_tree|generate_series|pragma_\w+)$/

process.once('message', (query: FileQuery) => {
  process.send?.(answerTo(query), () => process.disconnect())
})

function answerTo({ file, text, rowsMax }: FileQuery): QueryAnswer {
  try {
    const database = new Database(`${pathToFileURL(file).href}?mode=ro`)
    requireHarmless(database, text)
    return { kind: 'rows', rows: takeRows(database, text, rowsMax) }
  } catch (error) {
    return { kind: 'refused', message: messageOf(error) }
  }
}

/** @throws Error when it would call what is not on the lists */
function requireHarmless(database: OpenFile, text: string): void {
  const named = (query: string) =>
    (database.prepare(query).all() as { readonly name: string }[]).map(({ name }) => name)
  const words = new Set(text.toLowerCase().match(/[\w$]+/g))
  for (const module of named('select name from pragma_module_list'))
    if (words.has(module.toLowerCase()) && !HARMLESS_MODULES.test(module))
      throw new Error(`${module} is not taken`)
  const own = new Set(named('select name from pragma_function_list where builtin = 1'))
  const isHarmless = (name: string) => HARMLESS.has(name) || (own.has(name) && !HARMFUL.has(name))
  for (const called of functionsIn(database, text))
    if (!isHarmless(called.toLowerCase())) throw new Error(`the function ${called} is not taken`)
}

/** Names of the functions that the compiled query calls: operand 4 of its instructions, `upper(1)`. */
function functionsIn(database: OpenFile, text: string): string[] {
  const instructions = database
    .prepare(`explain ${text.replace(/^\s*explain(\s+query\s+plan)?\b/i, '')}`)
    .all()
  return (instructions as { readonly p4: string | null }[]).flatMap(
    ({ p4 }) => /^(\w+)\(-?\d+\)$/.exec(p4 ?? '')?.[1] ?? [],
  )
}

function takeRows(database: OpenFile, text: string, rowsMax: number): QueryRow[] {
  const rows: QueryRow[] = []
  for (const row of database.prepare(text).iterate()) {
    if (rows.length === rowsMax) throw new Error(`it has more than ${rowsMax} rows; end it with a limit`)
    rows.push(row as QueryRow)
  }
  return rows
}
