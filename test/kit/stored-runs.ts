/** Runs that were made before, with a place for them: a history in SQLite, a reports folder, baselines. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { emptyBaseline, withRun } from '../../harness/analysis/comparison/baseline.ts'
import { summarizeRun } from '../../harness/analysis/comparison/summarize-run.ts'
import { judge } from '../../harness/analysis/judge.ts'
import { parseObjectives } from '../../harness/analysis/objective-grammar.ts'
import { rateAt } from '../../harness/analysis/scalability.ts'
import { historyRunOf } from '../../harness/app/history/history.ts'
import { historySources } from '../../harness/app/serve/history-pages.ts'
import { completedOf } from '../../harness/measure/counts.ts'
import { SparseHistogram } from '../../harness/measure/sparse-histogram.ts'
import type { HistoryRun } from '../../harness/model/history.ts'
import type { RunRecord } from '../../harness/model/run-record.ts'
import type { RunSummaries } from '../../harness/model/run-summary.ts'
import { type Verdict, verdictDocument } from '../../harness/model/verdict.ts'
import { updateBaseline } from '../../harness/store/baselines.ts'
import type { HistoryStore } from '../../harness/store/history/history-store.ts'
import { openHistory } from '../../harness/store/history/open-history.ts'
import type { HistorySources } from '../../harness/web/history/history-pages.ts'
import { aStepRecord, type StepRecordShape } from './step-records.ts'

/** Where stored runs are, and what the pages read of them. */
export interface StoredRunsPlace {
  readonly reportsFolder: string
  readonly baselinesFolder: string
  readonly history: HistoryStore
  readonly historyFile: string
  readonly sources: HistorySources
}

/** A place of its own, gone afterwards. */
export async function inStoredRunsPlace(body: (place: StoredRunsPlace) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'proofload-stored-'))
  const [reportsFolder, baselinesFolder] = [join(folder, 'reports'), join(folder, 'baselines')]
  const historyFile = join(folder, 'history.db')
  const history = await openHistory(historyFile)
  try {
    await body({
      reportsFolder,
      baselinesFolder,
      history,
      historyFile,
      sources: historySources({
        ...{ history, reportsFolder, baselinesFolder },
        pool: null,
        startable: () => Promise.resolve([]),
      }),
    })
  } finally {
    await history.close()
    rmSync(folder, { recursive: true })
  }
}

/** Times that look like those of a service: `count` quantiles of a lognormal law around `medianMs`. */
function timesAround(medianMs: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => {
    const share = (i + 0.5) / count
    // Logit instead of the normal quantile: as skewed, and in one line.
    return medianMs * Math.exp(0.3 * Math.log(share / (1 - share)))
  })
}

/** A consistent record of these answers, with the summaries that comparisons need. */
export function aStoredRecord(shape: StepRecordShape): RunRecord {
  const record = aStepRecord(shape)
  const summaryOf = (steps: readonly string[]) =>
    summarizeRun(
      record.intervals.map((interval) => {
        const present = steps.flatMap((step) => interval.steps[step] ?? [])
        const histogram = SparseHistogram.decodeAll(present.map(({ hdr }) => hdr))
        return {
          requests: present.reduce((sum, step) => sum + completedOf(step), 0),
          errors: present.reduce((sum, { failed }) => sum + failed, 0),
          values: histogram.valuesUs(),
        }
      }),
      record.intervals.length,
    )
  const names = Object.keys(shape.steps)
  const summaries: RunSummaries = {
    all: summaryOf(names),
    steps: Object.fromEntries(names.map((name) => [name, summaryOf([name])])),
    componentSumUs: {},
  }
  return { ...record, summaries }
}

/** The run of the n-th night, by default of `checkout`; `slowdown` 1.25 makes it a quarter slower. */
export function aNightRecord(night: number, slowdown = 1, changes: Partial<RunRecord> = {}): RunRecord {
  const startedAt = new Date(Date.UTC(2026, 0, 1 + night, 2)).toISOString()
  // From night to night a few hundredths up and down, the same whenever it is made.
  const speed = slowdown * (1 + 0.03 * Math.sin(night * 7))
  const record = aStoredRecord({
    intervals: 15,
    steps: {
      browse: (i) => ({ okMs: timesAround(20 * speed * (1 + 0.05 * Math.sin(i)), 80) }),
      pay: (i) => ({ okMs: timesAround(45 * speed, 20), failed: night % 5 === 0 && i === 3 ? 2 : 0 }),
    },
    componentShares: { browse: { policy: 0.2, store: 0.5 }, pay: { policy: 0.2, bank: 0.6 } },
  })
  return {
    ...record,
    runId: `${startedAt.slice(0, 10).replaceAll('-', '')}-020000-${String(night).padStart(4, '0')}`,
    scenario: 'checkout',
    startedAt,
    environment: { ...record.environment, bootId: `boot-${night}` },
    ...changes,
  }
}

/** Loads of a staircase, each held for four seconds, on a system that obeys the law. */
export function aStaircaseRecord(agents: readonly number[], changes: Partial<RunRecord> = {}): RunRecord {
  const at = (i: number) => agents[Math.floor(i / 4)] ?? 1
  const record = aStoredRecord({
    intervals: agents.length * 4,
    steps: {
      work: (i) => ({
        okMs: timesAround(
          (1000 * at(i)) / rateAt([20, 0.05, 0.0004], at(i)) / 2,
          Math.round(rateAt([20, 0.05, 0.0004], at(i)) * (1 + 0.01 * Math.sin(i * 5))),
        ),
      }),
    },
    interval: (i) => ({ activeAgents: at(i) }),
  })
  return { ...record, scenario: 'staircase', ...changes }
}

/** The verdict that a run with objectives came to. */
export function aStoredVerdict(record: RunRecord): Verdict {
  // A staircase goes beyond what the system takes, and is judged by what its users bear.
  const p99 = record.scenario === 'staircase' ? 'p99(response_time) < 1s' : 'p99(response_time) < 150ms'
  const { objectives } = parseObjectives([p99, 'error_ratio < 1%'], 'objectives')
  return judge(record, { objectives, strict: false })
}

/** A run with what it came to, as it is on disk and as the history keeps it. */
interface KeptRun {
  readonly record: RunRecord
  readonly verdict: Verdict
  readonly remembered: HistoryRun
}

function keptRun(record: RunRecord, build: string | null): KeptRun {
  const verdict = aStoredVerdict(record)
  return { record, verdict, remembered: historyRunOf(record, verdict, build) }
}

/** Puts a run where it belongs; without `onDisk` the history alone knows it. */
export async function keepRun(
  place: StoredRunsPlace,
  record: RunRecord,
  {
    build = null,
    onDisk = false,
    remembered = true,
  }: {
    readonly build?: string | null
    readonly onDisk?: boolean
    readonly remembered?: boolean
  } = {},
): Promise<void> {
  const kept = keptRun(record, build)
  if (remembered) await place.history.add(kept.remembered)
  if (onDisk) putOnDisk(place, kept)
}

function putOnDisk({ reportsFolder }: StoredRunsPlace, { record, verdict }: KeptRun): void {
  const folder = join(reportsFolder, record.scenario, record.runId)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'run.json'), JSON.stringify(record))
  writeFileSync(join(folder, 'verdict.json'), JSON.stringify(verdictDocument(verdict)))
}

/** Lets a run into a baseline of its scenario. */
export async function approveRecord(
  { baselinesFolder }: Pick<StoredRunsPlace, 'baselinesFolder'>,
  record: RunRecord,
  { name = 'main', by = 'ada', reason = 'release 2.4', build = null as string | null } = {},
): Promise<void> {
  const address = { folder: baselinesFolder, scenario: record.scenario, name }
  const approval = { at: '2026-02-01T09:30:00.000Z', by, reason }
  await updateBaseline(address, (current) =>
    withRun(current ?? emptyBaseline(name, record), record, 'GO', build, approval),
  )
}

/** Made once: a test file that opens many places would spend its time on it. */
let nights: readonly KeptRun[] | null = null

function sixtyNights(): readonly KeptRun[] {
  nights ??= Array.from({ length: 60 }, (_, night) =>
    keptRun(aNightRecord(night, night < 40 ? 1 : 1.25), `c${(night * 7919).toString(16).padStart(6, '0')}`),
  )
  return nights
}

/** Sixty nights of `checkout`, a quarter slower since the 41st, the last ones still on disk; a staircase; a baseline. */
export async function keepManyRuns(place: StoredRunsPlace): Promise<void> {
  for (const [night, kept] of sixtyNights().entries()) {
    await place.history.add(kept.remembered)
    if (night >= 57) putOnDisk(place, kept)
    if (night % 15 === 0) await approveRecord(place, kept.record, { build: kept.remembered.build })
  }
  await keepRun(
    place,
    aStaircaseRecord([1, 2, 4, 8, 16, 32, 48, 64, 96], {
      runId: '20260315-120000-5ca1',
      startedAt: '2026-03-15T12:00:00.000Z',
    }),
    { build: 'c0ffee', onDisk: true },
  )
  await keepRun(place, aNightRecord(3, 1, { runId: '20260110-111111-a10e', scenario: 'elsewhere' }), {
    onDisk: true,
    remembered: false,
  })
}
