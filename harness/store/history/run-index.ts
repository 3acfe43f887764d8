import type { Kysely } from 'kysely'
import { fingerprintSchema } from '../../model/baseline.ts'
import {
  type HistoryKind,
  type HistoryRow,
  type HistoryRun,
  isSearchMetric,
  type StoredRollback,
  type TrendMetric,
  type TrendPoint,
} from '../../model/history.ts'
import { BEGUN_ROLLBACK_OUTCOMES, type BegunRollbackOutcome } from '../../model/rollback.ts'
import { type RunSummary, runSummarySchema } from '../../model/run-summary.ts'
import { type HistoryFilter, runsOf } from './history-filter.ts'
import { readStored } from './history-rows.ts'
import type { HistoryTables } from './tables.ts'

const LIST_MAX = 50
const TREND_MAX = 500

/** The identity, load and environment of a run. */
export type HistorySetting = Pick<HistoryRun, 'id' | 'scenarioHash' | 'loadHash' | 'environment'>

/** The queries that need no whole run: lists, names and series. */
export class RunIndex {
  protected readonly db: Kysely<HistoryTables>

  constructor(db: Kysely<HistoryTables>) {
    this.db = db
  }

  /** The newest first. */
  async list({ limit = LIST_MAX, offset = 0, ...filter }: HistoryFilter): Promise<HistoryRow[]> {
    const rows = await runsOf(this.db, filter)
      .select([
        'id',
        'kind',
        'scenario',
        'started_at',
        'load_ms',
        'outcome',
        'valid',
        'doubtful',
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
      kind: row.kind as HistoryKind,
      scenario: row.scenario,
      startedAt: row.started_at,
      loadMs: row.load_ms,
      outcome: row.outcome as HistoryRow['outcome'],
      valid: row.valid === 1,
      doubtful: row.doubtful === 1,
      build: row.build,
      loadHash: row.load_hash,
      bootId: row.boot_id,
    }))
  }

  /** Counts the runs that a filter selects. */
  async count(filter: Omit<HistoryFilter, 'limit' | 'offset'>): Promise<number> {
    const { runs } = await runsOf(this.db, filter)
      .select((expression) => expression.fn.countAll().as('runs'))
      .executeTakeFirstOrThrow()
    return Number(runs)
  }

  /** Figures over all steps by run; searches have none; null for what is stored and cannot be read. */
  async figuresOf(ids: readonly string[]): Promise<ReadonlyMap<string, RunSummary | null>> {
    if (ids.length === 0) return new Map()
    const rows = await this.db
      .selectFrom('runs')
      .select(['id', 'summaries'])
      .where('id', 'in', ids)
      .where('kind', '!=', 'capacity')
      .execute()
    return new Map(rows.map(({ id, summaries }) => [id, wholeRunFigures(summaries)]))
  }

  /** Those of the runs that are remembered. */
  async known(ids: readonly string[]): Promise<ReadonlySet<string>> {
    if (ids.length === 0) return new Set()
    const rows = await this.db.selectFrom('runs').select('id').where('id', 'in', ids).execute()
    return new Set(rows.map(({ id }) => id))
  }

  /** Names of scenarios, in the order of the alphabet. */
  async scenarios(): Promise<string[]> {
    const rows = await this.db.selectFrom('runs').select('scenario').distinct().orderBy('scenario').execute()
    return rows.map(({ scenario }) => scenario)
  }

  /** Rollbacks that were begun, by scenario, the oldest first. */
  async rollbacks(): Promise<StoredRollback[]> {
    const rows = await this.db
      .selectFrom('runs')
      .select(['scenario', 'rollback', 'recovery_ms'])
      .where('rollback', 'in', BEGUN_ROLLBACK_OUTCOMES)
      .orderBy('scenario')
      .orderBy('started_at')
      .orderBy('id')
      .execute()
    return rows.map(({ scenario, rollback, recovery_ms }) => ({
      scenario,
      outcome: rollback as BegunRollbackOutcome,
      recoveryMs: recovery_ms,
    }))
  }

  /** Steps of the newest run of a scenario. */
  async stepsOf(scenario: string): Promise<string[]> {
    const [newest] = await this.list({ scenario, kinds: ['run', 'comparison'], limit: 1 })
    if (newest === undefined) return []
    const rows = await this.db
      .selectFrom('metrics')
      .select('step')
      .distinct()
      .where('run_id', '=', newest.id)
      .where('step', '!=', '')
      .orderBy('step')
      .execute()
    return rows.map(({ step }) => step)
  }

  /** Returns the identity, load and environment of the newest run of a scenario; null when there is none. */
  async newestSetting(scenario: string): Promise<HistorySetting | null> {
    const row = await this.db
      .selectFrom('runs')
      .select(['id', 'scenario_hash', 'load_hash', 'environment'])
      .where('scenario', '=', scenario)
      .where('kind', '=', 'run')
      .orderBy('started_at', 'desc')
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst()
    if (row === undefined) return null
    return {
      id: row.id,
      scenarioHash: row.scenario_hash,
      loadHash: row.load_hash,
      environment: readStored(row.id, () => fingerprintSchema.parse(JSON.parse(row.environment))),
    }
  }

  /** Build of a run; null when nobody said, or the run is not known. */
  async buildOf(id: string): Promise<string | null> {
    const row = await this.db.selectFrom('runs').select('build').where('id', '=', id).executeTakeFirst()
    return row?.build ?? null
  }

  /** Runs of the same scenario just before and just after one; null at either end. */
  async neighboursOf({ id, scenario, startedAt }: Pick<HistoryRow, 'id' | 'scenario' | 'startedAt'>) {
    const next = async (side: '<' | '>') => {
      const row = await this.db
        .selectFrom('runs')
        .select('id')
        .where('scenario', '=', scenario)
        .where('kind', '!=', 'capacity')
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

  /**
   * A metric over the valid runs, or confirmed searches, of a scenario, the oldest first: those of the load of the newest one, because others do not
   * compare. @param step '' for the whole run
   */
  async trend(scenario: string, metric: TrendMetric, step = '', limit = TREND_MAX): Promise<TrendPoint[]> {
    const kind: HistoryKind = isSearchMetric(metric) ? 'capacity' : 'run'
    const rows = await this.db
      .selectFrom('runs')
      .innerJoin('metrics', 'metrics.run_id', 'runs.id')
      .select(['runs.id', 'runs.started_at', 'runs.build', 'runs.boot_id', 'metrics.y', 'metrics.w'])
      .where('runs.scenario', '=', scenario)
      .where('runs.valid', '=', 1)
      .where('runs.kind', '=', kind)
      .where('runs.load_hash', '=', this.#newestLoadOf(scenario, kind))
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

  #newestLoadOf(scenario: string, kind: HistoryKind) {
    return this.db
      .selectFrom('runs')
      .select('load_hash')
      .where('scenario', '=', scenario)
      .where('valid', '=', 1)
      .where('kind', '=', kind)
      .orderBy('started_at', 'desc')
      .orderBy('id', 'desc')
      .limit(1)
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
