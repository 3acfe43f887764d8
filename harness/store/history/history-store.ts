import type { Kysely, Transaction } from 'kysely'
import { HarnessError, messageOf } from '../../base/errors.ts'
import { interrupted } from '../../base/stop-request.ts'
import { joinWhole } from '../../measure/whole-interval.ts'
import { fingerprintSchema } from '../../model/baseline.ts'
import { type HistoryRow, type HistoryRun, historyRunSchema, type TrendPoint } from '../../model/history.ts'
import {
  type ComparedMetric,
  type RunSummary,
  runSummarySchema,
  type WholeInterval,
} from '../../model/run-summary.ts'
import type { QueryRow } from './query-protocol.ts'
import type { HistoryTables } from './tables.ts'

/** Rows of one insert: far below the parameters that SQLite takes. */
const BATCH = 1_000
const LIST_MAX = 50
const TREND_MAX = 500

/** Which runs. */
export interface HistoryFilter {
  readonly scenario?: string
  readonly outcome?: string
  readonly build?: string
  /** ISO 8601. */
  readonly since?: string
  readonly limit?: number
  /** How many of the newest are passed over. */
  readonly offset?: number
}

/** What a run was, and on what. */
export type HistorySetting = Pick<HistoryRun, 'id' | 'scenarioHash' | 'loadHash' | 'environment'>

/** Answers a query without letting it write, and within a limit. Rejects with why not. @param signal ends it */
export type AskHistory = (text: string, signal: AbortSignal) => Promise<readonly QueryRow[]>

/** All runs, in either database; every write is one transaction. */
export class HistoryStore {
  readonly #db: Kysely<HistoryTables>
  readonly #ask: AskHistory

  constructor(db: Kysely<HistoryTables>, ask: AskHistory) {
    this.#db = db
    this.#ask = ask
  }

  /** Adds a run; false when it is there already. */
  add(run: HistoryRun): Promise<boolean> {
    return this.#db.transaction().execute(async (tx) => {
      const inserted = await tx
        .insertInto('runs')
        .values(rowOf(run))
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst()
      if (inserted.numInsertedOrUpdatedRows === 0n) return false
      await insertAll(tx, 'metrics', metricRows(run))
      await insertAll(tx, 'intervals', intervalRows(run.id, run.intervals))
      return true
    })
  }

  /** The newest first. */
  async list({ limit = LIST_MAX, offset = 0, ...filter }: HistoryFilter): Promise<HistoryRow[]> {
    const rows = await this.#runsOf(filter)
      .select([
        'id',
        'scenario',
        'started_at',
        'load_ms',
        'outcome',
        'valid',
        'build',
        'load_hash',
        'boot_id',
      ])
      .orderBy('started_at', 'desc')
      .orderBy('id', 'desc')
      .limit(limit)
      .offset(offset)
      .execute()
    return rows.map((row) => ({
      id: row.id,
      scenario: row.scenario,
      startedAt: row.started_at,
      loadMs: row.load_ms,
      outcome: row.outcome as HistoryRow['outcome'],
      valid: row.valid === 1,
      build: row.build,
      loadHash: row.load_hash,
      bootId: row.boot_id,
    }))
  }

  /** How many runs a filter lets through. */
  async count(filter: Omit<HistoryFilter, 'limit' | 'offset'>): Promise<number> {
    const { runs } = await this.#runsOf(filter)
      .select((expression) => expression.fn.countAll().as('runs'))
      .executeTakeFirstOrThrow()
    return Number(runs)
  }

  /** Figures over all steps by run; null for what is stored and cannot be read. */
  async figuresOf(ids: readonly string[]): Promise<ReadonlyMap<string, RunSummary | null>> {
    if (ids.length === 0) return new Map()
    const rows = await this.#db
      .selectFrom('runs')
      .select(['id', 'summaries'])
      .where('id', 'in', ids)
      .execute()
    return new Map(rows.map(({ id, summaries }) => [id, wholeRunFigures(summaries)]))
  }

  /** Those of the runs that are remembered. */
  async known(ids: readonly string[]): Promise<ReadonlySet<string>> {
    if (ids.length === 0) return new Set()
    const rows = await this.#db.selectFrom('runs').select('id').where('id', 'in', ids).execute()
    return new Set(rows.map(({ id }) => id))
  }

  /** Names of scenarios, in the order of the alphabet. */
  async scenarios(): Promise<string[]> {
    const rows = await this.#db.selectFrom('runs').select('scenario').distinct().orderBy('scenario').execute()
    return rows.map(({ scenario }) => scenario)
  }

  /** Steps of the newest run of a scenario. */
  async stepsOf(scenario: string): Promise<string[]> {
    const [newest] = await this.list({ scenario, limit: 1 })
    if (newest === undefined) return []
    const rows = await this.#db
      .selectFrom('metrics')
      .select('step')
      .distinct()
      .where('run_id', '=', newest.id)
      .where('step', '!=', '')
      .orderBy('step')
      .execute()
    return rows.map(({ step }) => step)
  }

  /** What the newest run of a scenario was, and on what; null when there is none. */
  async newestSetting(scenario: string): Promise<HistorySetting | null> {
    const row = await this.#db
      .selectFrom('runs')
      .select(['id', 'scenario_hash', 'load_hash', 'environment'])
      .where('scenario', '=', scenario)
      .orderBy('started_at', 'desc')
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst()
    if (row === undefined) return null
    return {
      id: row.id,
      scenarioHash: row.scenario_hash,
      loadHash: row.load_hash,
      environment: fingerprintSchema.parse(JSON.parse(row.environment)),
    }
  }

  /** Build of a run; null when nobody said, or the run is not known. */
  async buildOf(id: string): Promise<string | null> {
    const row = await this.#db.selectFrom('runs').select('build').where('id', '=', id).executeTakeFirst()
    return row?.build ?? null
  }

  /** Runs of the same scenario just before and just after one; null at either end. */
  async neighboursOf({ id, scenario, startedAt }: Pick<HistoryRow, 'id' | 'scenario' | 'startedAt'>) {
    const next = async (side: '<' | '>') => {
      const row = await this.#db
        .selectFrom('runs')
        .select('id')
        .where('scenario', '=', scenario)
        .where(({ eb, or, and }) =>
          or([
            eb('started_at', side, startedAt),
            and([eb('started_at', '=', startedAt), eb('id', side, id)]),
          ]),
        )
        .orderBy('started_at', side === '<' ? 'desc' : 'asc')
        .orderBy('id', side === '<' ? 'desc' : 'asc')
        .limit(1)
        .executeTakeFirst()
      return row?.id ?? null
    }
    return { previous: await next('<'), next: await next('>') }
  }

  /** Null when there is none. */
  async get(id: string): Promise<HistoryRun | null> {
    const row = await this.#db.selectFrom('runs').selectAll().where('id', '=', id).executeTakeFirst()
    if (row === undefined) return null
    return historyRunSchema.parse({
      schemaVersion: 1,
      id,
      scenario: row.scenario,
      startedAt: row.started_at,
      loadMs: row.load_ms,
      outcome: row.outcome,
      valid: row.valid === 1,
      build: row.build,
      scenarioHash: row.scenario_hash,
      loadHash: row.load_hash,
      bootId: row.boot_id,
      environment: JSON.parse(row.environment),
      summaries: JSON.parse(row.summaries),
      verdict: JSON.parse(row.verdict),
      merged: JSON.parse(row.merged),
      intervals: await this.#intervalsOf(id),
    })
  }

  /**
   * A metric over the valid runs of a scenario, the oldest first: those of the load of the newest one, because others do not
   * compare. @param step '' for the whole run
   */
  async trend(scenario: string, metric: ComparedMetric, step = '', limit = TREND_MAX): Promise<TrendPoint[]> {
    const rows = await this.#db
      .selectFrom('runs')
      .innerJoin('metrics', 'metrics.run_id', 'runs.id')
      .select(['runs.id', 'runs.started_at', 'runs.build', 'runs.boot_id', 'metrics.y', 'metrics.w'])
      .where('runs.scenario', '=', scenario)
      .where('runs.valid', '=', 1)
      .where('runs.load_hash', '=', this.#newestLoadOf(scenario))
      .where('metrics.metric', '=', metric)
      .where('metrics.step', '=', step)
      .orderBy('runs.started_at', 'desc')
      .orderBy('runs.id', 'desc')
      .limit(limit)
      .execute()
    return rows.reverse().map(({ id, started_at, build, boot_id, y, w }) => ({
      id,
      startedAt: started_at,
      build,
      session: boot_id ?? id,
      y,
      w,
    }))
  }

  #newestLoadOf(scenario: string) {
    return this.#db
      .selectFrom('runs')
      .select('load_hash')
      .where('scenario', '=', scenario)
      .where('valid', '=', 1)
      .orderBy('started_at', 'desc')
      .orderBy('id', 'desc')
      .limit(1)
  }

  /** Merges the intervals of runs that began before an instant into longer ones; totals stay exact. Gives how many runs. */
  async rollUp(before: string, intervalMs: number): Promise<number> {
    const runs = await this.#db.selectFrom('runs').select('id').where('started_at', '<', before).execute()
    let changed = 0
    for (const { id } of runs) {
      const intervals = await this.#intervalsOf(id)
      const merged = mergeTo(intervals, intervalMs)
      if (merged.length === intervals.length) continue
      await this.#db.transaction().execute(async (tx) => {
        await tx.deleteFrom('intervals').where('run_id', '=', id).execute()
        await insertAll(tx, 'intervals', intervalRows(id, merged))
      })
      changed++
    }
    return changed
  }

  /** Forgets runs that began before an instant; gives how many. */
  async forget(before: string): Promise<number> {
    const { numDeletedRows } = await this.#db
      .deleteFrom('runs')
      .where('started_at', '<', before)
      .executeTakeFirst()
    return Number(numDeletedRows)
  }

  /** Rows of a query that only reads. @param signal ends it @throws HarnessError USAGE for what cannot be read, takes too long, or would write */
  async query(text: string, signal: AbortSignal): Promise<readonly QueryRow[]> {
    try {
      if (!/^\s*(select|with|explain)\b/i.test(text))
        throw new Error('only select, with and explain are taken')
      return await this.#ask(text, signal)
    } catch (cause) {
      if (signal.aborted) throw interrupted('while the query was answered')
      throw new HarnessError('USAGE', `the query cannot be run: ${messageOf(cause)}`, {
        cause,
        hint: "Tables are runs, metrics and intervals, for example: select id, outcome from runs where scenario = 'checkout'",
      })
    }
  }

  close(): Promise<void> {
    return this.#db.destroy()
  }

  #runsOf({ scenario, outcome, build, since }: HistoryFilter) {
    let query = this.#db.selectFrom('runs')
    if (scenario !== undefined) query = query.where('scenario', '=', scenario)
    if (outcome !== undefined) query = query.where('outcome', '=', outcome)
    if (build !== undefined) query = query.where('build', '=', build)
    if (since !== undefined) query = query.where('started_at', '>=', since)
    return query
  }

  async #intervalsOf(id: string): Promise<WholeInterval[]> {
    const rows = await this.#db
      .selectFrom('intervals')
      .selectAll()
      .where('run_id', '=', id)
      .orderBy('sequence')
      .execute()
    return rows.map(({ start_ms, end_ms, requests, errors, hdr }) => ({
      startMs: start_ms,
      endMs: end_ms,
      requests,
      errors,
      hdr,
    }))
  }
}

function wholeRunFigures(summaries: string): RunSummary | null {
  try {
    return runSummarySchema.parse(JSON.parse(summaries).all)
  } catch {
    // Whoever lists runs says so on the row of this one; the others are as good as before.
    return null
  }
}

function rowOf(run: HistoryRun): HistoryTables['runs'] {
  return {
    id: run.id,
    scenario: run.scenario,
    started_at: run.startedAt,
    load_ms: run.loadMs,
    outcome: run.outcome,
    valid: run.valid ? 1 : 0,
    build: run.build,
    scenario_hash: run.scenarioHash,
    load_hash: run.loadHash,
    boot_id: run.bootId,
    environment: JSON.stringify(run.environment),
    summaries: JSON.stringify(run.summaries),
    verdict: JSON.stringify(run.verdict),
    merged: JSON.stringify(run.merged),
  }
}

function metricRows({ id, summaries }: HistoryRun): HistoryTables['metrics'][] {
  const rows = (step: string, { metrics }: RunSummary) =>
    Object.entries(metrics).map(([metric, { y, w }]) => ({ run_id: id, step, metric, y, w }))
  return [
    ...rows('', summaries.all),
    ...Object.entries(summaries.steps).flatMap(([step, summary]) => rows(step, summary)),
  ]
}

function intervalRows(runId: string, intervals: readonly WholeInterval[]): HistoryTables['intervals'][] {
  return intervals.map(({ startMs, endMs, requests, errors, hdr }, sequence) => ({
    run_id: runId,
    sequence,
    start_ms: startMs,
    end_ms: endMs,
    requests,
    errors,
    hdr,
  }))
}

async function insertAll<Table extends 'metrics' | 'intervals'>(
  tx: Transaction<HistoryTables>,
  table: Table,
  rows: readonly HistoryTables[Table][],
): Promise<void> {
  for (let from = 0; from < rows.length; from += BATCH) {
    await tx
      .insertInto(table)
      .values(rows.slice(from, from + BATCH) as never)
      .execute()
  }
}

/** Neighbours joined until each is at least so long. */
function mergeTo(intervals: readonly WholeInterval[], intervalMs: number): WholeInterval[] {
  const merged: WholeInterval[] = []
  let open: WholeInterval[] = []
  for (const interval of intervals) {
    open.push(interval)
    if (interval.endMs - (open[0] as WholeInterval).startMs < intervalMs) continue
    merged.push(joinWhole(open))
    open = []
  }
  return open.length === 0 ? merged : [...merged, joinWhole(open)]
}
