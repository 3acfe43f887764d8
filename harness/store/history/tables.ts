/** Tables of the history, the same in SQLite and in PostgreSQL, and how they come about. */
import { type Kysely, type Migration, type MigrationProvider, sql } from 'kysely'

/** Times are ISO 8601 text, documents JSON text; numbers are doubles, which both systems give back as numbers. */
export interface HistoryTables {
  runs: {
    id: string
    kind: string
    scenario: string
    started_at: string
    load_ms: number
    outcome: string
    valid: number
    /** 1: a GO that may hide a regression that nobody settled. */
    doubtful: number
    build: string | null
    scenario_hash: string | null
    load_hash: string
    boot_id: string | null
    environment: string
    summaries: string
    verdict: string
    /** Outcome; null: none was asked for. */
    rollback: string | null
    /** From the trigger of the rollback to the system verified healthy, ms; null: it was not. */
    recovery_ms: number | null
    merged: string
  }
  metrics: {
    run_id: string
    /** '' is the whole run. */
    step: string
    metric: string
    y: number
    w: number
  }
  intervals: {
    run_id: string
    sequence: number
    start_ms: number
    end_ms: number
    requests: number
    errors: number
    hdr: string | null
  }
}

const first: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('runs')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('scenario', 'text', (column) => column.notNull())
      .addColumn('started_at', 'text', (column) => column.notNull())
      .addColumn('load_ms', 'double precision', (column) => column.notNull())
      .addColumn('outcome', 'text', (column) => column.notNull())
      .addColumn('valid', 'integer', (column) => column.notNull())
      .addColumn('build', 'text')
      .addColumn('scenario_hash', 'text')
      .addColumn('load_hash', 'text', (column) => column.notNull())
      .addColumn('boot_id', 'text')
      .addColumn('environment', 'text', (column) => column.notNull())
      .addColumn('summaries', 'text', (column) => column.notNull())
      .addColumn('verdict', 'text', (column) => column.notNull())
      .addColumn('rollback', 'text')
      .addColumn('recovery_ms', 'double precision')
      .addColumn('merged', 'text', (column) => column.notNull())
      .execute()
    await db.schema.createIndex('runs_by_time').on('runs').columns(['scenario', 'started_at']).execute()
    await db.schema
      .createTable('metrics')
      .addColumn('run_id', 'text', (column) => column.notNull().references('runs.id').onDelete('cascade'))
      .addColumn('step', 'text', (column) => column.notNull())
      .addColumn('metric', 'text', (column) => column.notNull())
      .addColumn('y', 'double precision', (column) => column.notNull())
      .addColumn('w', 'double precision', (column) => column.notNull())
      .addPrimaryKeyConstraint('metrics_key', ['run_id', 'step', 'metric'])
      .execute()
    await db.schema
      .createTable('intervals')
      .addColumn('run_id', 'text', (column) => column.notNull().references('runs.id').onDelete('cascade'))
      .addColumn('sequence', 'integer', (column) => column.notNull())
      .addColumn('start_ms', 'double precision', (column) => column.notNull())
      .addColumn('end_ms', 'double precision', (column) => column.notNull())
      .addColumn('requests', 'double precision', (column) => column.notNull())
      .addColumn('errors', 'double precision', (column) => column.notNull())
      .addColumn('hdr', 'text')
      .addPrimaryKeyConstraint('intervals_key', ['run_id', 'sequence'])
      .execute()
  },
}

/** A row of before tells by its verdict, in which no text can spell a key. */
const second: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .alterTable('runs')
      .addColumn('doubtful', 'integer', (column) => column.notNull().defaultTo(0))
      .execute()
    await sql`update runs set doubtful = 1 where outcome = 'GO' and verdict like ${'%"code":"SUSPECT"%'}`.execute(
      db,
    )
  },
}

/** In order of their names; a released one is never changed. */
export const MIGRATIONS: MigrationProvider = {
  getMigrations: () => Promise.resolve({ '001-runs-metrics-intervals': first, '002-doubtful': second }),
}
