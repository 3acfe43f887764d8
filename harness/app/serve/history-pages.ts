/** The data of the pages about stored runs, from the history, the reports folder and the baselines. */
import { differencesBetween } from '../../analysis/comparison/baseline.ts'
import { HarnessError, messageOf } from '../../base/errors.ts'
import type { Baseline } from '../../model/baseline.ts'
import type { HistoryRow, HistorySearch } from '../../model/history.ts'
import { type BaselineAddress, listBaselines, readBaseline } from '../../store/baselines.ts'
import { isSearchId } from '../../store/capacity-folder.ts'
import type { HistoryStore } from '../../store/history/history-store.ts'
import { findRunFolder, listRunFiles, listRunFolders, readRunFile } from '../../store/report-folders.ts'
import { readRunRecord, requireVerdict } from '../../store/stored-run.ts'
import type {
  HistorySources,
  ListedBaseline,
  ListedRun,
  RunReport,
  UnindexedRun,
} from '../../web/history/sources.ts'
import { historyRunOf, readRemembered } from '../history/history.ts'
import { findLoadedRuns } from './loaded-runs.ts'

/** Folders that are looked at for runs that the history does not know, and how many of those are named. */
const FOLDERS_MAX = 200
const UNINDEXED_MAX = 20
const BASELINES_MAX = 200
/** Locations of the reports, the baselines and the history. */
export interface StoredPlaces {
  readonly history: HistoryStore
  /** Absolute. */
  readonly reportsFolder: string
  /** Absolute. */
  readonly baselinesFolder: string
  /** Null: no pool is shown. */
  readonly pool: HistorySources['pool']
  /** Lists the scenario files that may be started from a page. */
  readonly startable: () => Promise<readonly string[]>
}

/** Reads of the pages about stored runs; the history stays open for as long as they are used. */
export function historySources({
  history,
  reportsFolder,
  baselinesFolder,
  pool,
  startable,
}: StoredPlaces): HistorySources {
  const inFolder = async <T>(id: string, body: (folder: string) => Promise<T>): Promise<T | null> => {
    const folder = await findRunFolder(reportsFolder, id)
    return folder === null ? null : body(folder)
  }
  const documentsOf = (id: string) => inFolder(id, readDocuments)
  return {
    pool,
    scenarios: () => history.scenarios(),
    async listRuns({ limit, offset, ...filter }) {
      const [rows, total] = await Promise.all([
        history.list({ ...filter, limit, offset }),
        history.count(filter),
      ])
      return { runs: await withFigures(history, rows), total }
    },
    unindexedRuns: () => findUnindexed(history, reportsFolder),
    async rememberedRun(id) {
      const known = await readRemembered(history, id)
      if (known !== null) return known
      const found = await documentsOf(id)
      return found === null ? null : historyRunOf(found.record, found.verdict, null)
    },
    startable,
    listSearches: (most) => newestSearches(history, most),
    async rememberedSearch(id) {
      const found = await history.entry(id)
      return found?.kind === 'capacity' ? found : null
    },
    async runReport(id) {
      const found = await documentsOf(id)
      if (found === null) return null
      return { ...found, baseline: await comparedBaseline(baselinesFolder, found) }
    },
    runFiles: async (id) => (await inFolder(id, listRunFiles)) ?? [],
    runFile: (id, name) => inFolder(id, (folder) => readRunFile(folder, name)),
    async placeOf(run) {
      const [build, neighbours] = await Promise.all([history.buildOf(run.id), history.neighboursOf(run)])
      return { build, ...neighbours }
    },
    stepsOf: (scenario) => history.stepsOf(scenario),
    trend: ({ scenario, metric, step, limit }) => history.trend(scenario, metric, step, limit),
    async listBaselines() {
      const addresses = (await listBaselines(baselinesFolder)).slice(0, BASELINES_MAX)
      return Promise.all(addresses.map((address) => listedBaseline(history, address)))
    },
    loadedRuns: (scenario) => findLoadedRuns(history, reportsFolder, scenario),
  }
}

async function newestSearches(history: HistoryStore, most: number): Promise<HistorySearch[]> {
  const rows = await history.list({ kinds: ['capacity'], limit: most })
  const found = await Promise.all(rows.map(({ id }) => history.entry(id)))
  return found.flatMap((entry) => (entry?.kind === 'capacity' ? [entry] : []))
}

/** Record and verdict of a run, as they were published. */
type RunDocuments = Pick<RunReport, 'record' | 'verdict'>

async function readDocuments(folder: string): Promise<RunDocuments> {
  const [record, verdict] = await Promise.all([readRunRecord(folder, folder), requireVerdict(folder)])
  return { record, verdict }
}

async function withFigures(history: HistoryStore, rows: readonly HistoryRow[]): Promise<ListedRun[]> {
  const figures = await history.figuresOf(rows.map(({ id }) => id))
  return rows.map((row) => ({ ...row, figures: figures.get(row.id) ?? null }))
}

async function findUnindexed(history: HistoryStore, reportsFolder: string): Promise<UnindexedRun[]> {
  const folders = await listRunFolders(reportsFolder, FOLDERS_MAX)
  const known = await history.known(folders.map(({ id }) => id))
  return folders.filter(({ id }) => !known.has(id) && !isSearchId(id)).slice(0, UNINDEXED_MAX)
}

/** The baseline that a run was compared with, for its report; a broken one is a matter of the page about baselines. */
async function comparedBaseline(folder: string, found: RunDocuments): Promise<Baseline | null> {
  const name = found.verdict.comparison?.baseline ?? null
  if (name === null) return null
  return (await readListed({ folder, scenario: found.record.scenario, name })).baseline
}

async function readListed(address: BaselineAddress): Promise<Pick<ListedBaseline, 'baseline' | 'problem'>> {
  try {
    const baseline = await readBaseline(address)
    return { baseline, problem: baseline === null ? 'it was removed in the meantime' : '' }
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error
    return { baseline: null, problem: error.message }
  }
}

/** An error on either side is shown in its row. */
async function listedBaseline(history: HistoryStore, address: BaselineAddress): Promise<ListedBaseline> {
  const { scenario, name } = address
  const { baseline, problem } = await readListed(address)
  if (baseline === null) return { scenario, name, baseline, problem, newest: null }
  try {
    const newest = await history.newestSetting(scenario)
    const compared = newest && { id: newest.id, differences: differencesBetween(baseline, newest) }
    return { scenario, name, baseline, problem, newest: compared }
  } catch (error) {
    return {
      scenario,
      name,
      baseline,
      problem: `the newest run cannot be read: ${messageOf(error)}`,
      newest: null,
    }
  }
}
