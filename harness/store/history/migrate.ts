/** The tables of a history, brought up to date before they are used. */
import { type Dialect, Kysely, Migrator } from 'kysely'
import { CheckedRows, type Explain, guardedDialect } from './guarded-dialect.ts'
import { type HistoryTables, MIGRATIONS } from './tables.ts'

/** Opens a database and creates or renews its tables. Closes it when that fails. @param configure runs before @param explain names a failure */
export async function migrated(
  dialect: Dialect,
  explain: Explain,
  configure: (db: Kysely<HistoryTables>) => Promise<void> = () => Promise.resolve(),
): Promise<Kysely<HistoryTables>> {
  const db = new Kysely<HistoryTables>({
    dialect: guardedDialect(dialect, explain),
    plugins: [new CheckedRows(explain)],
  })
  try {
    await configure(db)
    const { error } = await new Migrator({ db, provider: MIGRATIONS }).migrateToLatest()
    if (error !== undefined) throw error
    return db
  } catch (cause) {
    await db.destroy()
    throw cause
  }
}
