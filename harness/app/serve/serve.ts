/** A dashboard that stays: runs are started from its page, one at a time, in this process. */
import { once } from 'node:events'
import { join, resolve } from 'node:path'
import { messageOf } from '../../base/errors.ts'
import { type StopRequest, StopSwitch } from '../../base/stop-request.ts'
import { WatchedRuns } from '../../live/watched-runs.ts'
import { liveAnswerOf } from '../../live/watched-search.ts'
import type { SearchRequest, StartRequest } from '../../model/live-message.ts'
import type { Host } from '../../ports/host.ts'
import { listScenarios } from '../../scenario/list-scenarios.ts'
import { historyPages } from '../../web/history/history-pages.ts'
import type { LiveBoard } from '../../web/server/live-board.ts'
import type { RunStarter, StartAnswer } from '../../web/server/server.ts'
import type { PublishedCapacity } from '../capacity/publish-capacity.ts'
import { autoBaseline } from '../compare/baselines.ts'
import { withHistory } from '../history/history.ts'
import type { PoolRef } from '../pool/join-pool.ts'
import { poolStatus } from '../pool/pool-status.ts'
import { DEFAULT_REPORTS } from '../reports/documents.ts'
import type { FinishedRun } from '../run/publish.ts'
import { runScenario } from '../run/run.ts'
import { VERSION } from '../run/version.ts'
import { type DashboardRequest, type OpenDashboard, openDashboard } from './dashboard.ts'
import { historySources } from './history-pages.ts'
import { leftUndone } from './left-undone.ts'
import { reportPlaceOf } from './report-place.ts'
import { RunFeed } from './run-feed.ts'
import { searchFromPage } from './search-from-page.ts'

export interface ServeRequest extends DashboardRequest {
  /** Folder of the scenarios that may be started. */
  readonly scenarios: string
  readonly outDir: string
  /** History: a file, or `postgres://...`. */
  readonly store: string
  /** Folder of the baselines. */
  readonly baselines: string
  /** The pool that is shown; null for none. */
  readonly pool: PoolRef | null
  /** Asked once, no run is started any more and one that is under way drains; asked again, it is given up. */
  readonly stop: StopRequest
}

/** Observes the runs besides the page. */
export interface ServeObserver {
  /** A run begins. */
  onStart(scenario: string): void
  onEnd(finished: FinishedRun): void
  /** A search for a capacity has its answer. */
  onAnswer(published: PublishedCapacity): void
  onFailure(error: unknown): void
}

export interface Serving extends Pick<OpenDashboard, 'url' | 'isTokenNew'> {
  /** Scenarios that may be started when it begins. */
  readonly scenarioCount: number
  /** Resolves when it was asked to stop and no run is under way. */
  readonly over: Promise<void>
}

/** Serves for as long as `body` takes. @throws HarnessError when the dashboard or the history cannot be opened */
export async function serve(
  request: ServeRequest,
  host: Host,
  observer: ServeObserver,
  body: (serving: Serving) => Promise<void>,
): Promise<void> {
  await withHistory(
    request.store,
    host.cwd,
    async (history) => {
      const reportsFolder = resolve(host.cwd, request.outDir)
      const baselinesFolder = resolve(host.cwd, request.baselines)
      const runner = new OneRun(request, host, observer)
      const { stop, starter } = runner
      const { pool: ref } = request
      const pool = ref === null ? null : () => poolStatus(ref, VERSION, host)
      const places = { history, reportsFolder, baselinesFolder, pool, startable: starter.scenarios }
      const pages = historyPages(historySources(places))
      const dashboard = await openDashboard(request, { stop, starter }, pages, host)
      runner.openOn(dashboard.board)
      try {
        const scenarioCount = (await starter.scenarios()).length
        await body({ ...dashboard, scenarioCount, over: runner.over() })
      } finally {
        await dashboard.close()
      }
    },
    request.stop,
  )
}

/** At most one run at a time. */
class OneRun {
  readonly #request: ServeRequest
  readonly #host: Host
  readonly #observer: ServeObserver
  #board: LiveBoard | null = null
  /** Feed of the run that is under way. */
  #feed: RunFeed | null = null
  #running: Promise<void> | null = null

  constructor(request: ServeRequest, host: Host, observer: ServeObserver) {
    this.#request = request
    this.#host = host
    this.#observer = observer
  }

  openOn(board: LiveBoard): void {
    this.#board = board
  }

  readonly stop = (): boolean => this.#running !== null && this.#feed?.press() === true

  get starter(): RunStarter {
    return {
      scenarios: this.#scenarios,
      start: (wanted) => this.#begin(wanted.scenario, (...load) => this.#run(wanted, ...load)),
      search: (wanted) => this.#begin(wanted.scenario, (...load) => this.#search(wanted, ...load)),
    }
  }

  async over(): Promise<void> {
    const { signal } = this.#request.stop
    if (!signal.aborted) await once(signal, 'abort')
    await this.#running
  }

  readonly #scenarios = () => listScenarios(this.#folder)

  /** @param make never rejects */
  async #begin(
    scenario: string,
    make: (runs: WatchedRuns, feed: RunFeed, stop: StopSwitch) => Promise<void>,
  ): Promise<StartAnswer> {
    const isListed = (await this.#scenarios()).includes(scenario)
    if (!isListed) return 'unknown'
    const isClosing = this.#request.stop.level !== 'none'
    if (this.#running !== null || isClosing || this.#board === null) return 'busy'
    const stop = new StopSwitch()
    const forgetPresses = this.#request.stop.onPress((_level, by) => stop.press(by))
    const runs = new WatchedRuns(stop)
    const feed = new RunFeed(this.#board, runs, stop)
    this.#feed = feed
    this.#observer.onStart(scenario)
    this.#running = make(runs, feed, stop).finally(() => {
      forgetPresses()
      this.#running = null
    })
    return 'started'
  }

  /** Never rejects: what went wrong is on the page. */
  async #run(
    { scenario, seed }: StartRequest,
    runs: WatchedRuns,
    feed: RunFeed,
    stop: StopRequest,
  ): Promise<void> {
    const host = this.#host
    const { outDir, store, baselines, state } = this.#request
    try {
      const finished = await runScenario(
        {
          source: join(this.#folder, scenario),
          overrides: seed === null ? {} : { seed },
          threads: null,
          outDir,
          reports: DEFAULT_REPORTS,
          strict: false,
          inconclusive: 'fail',
          retries: 0,
          history: { store, build: null },
          compare: autoBaseline({ folder: baselines }, host.cwd),
          state,
          within: null,
          pool: null,
          onJudged: null,
          stop,
          // A page may start load, and end it; what was deployed it leaves alone.
          enforce: { arming: 'never' },
        },
        host,
        runs,
      )
      for (const text of leftUndone(finished)) runs.onNote(text)
      feed.judged(
        finished.verdict,
        reportPlaceOf(finished.files, `/runs/${encodeURIComponent(finished.record.runId)}`),
      )
      this.#observer.onEnd(finished)
    } catch (error) {
      feed.failed(messageOf(error))
      this.#observer.onFailure(error)
    }
  }

  /** As a search of the command line, of this machine alone. */
  async #search(wanted: SearchRequest, runs: WatchedRuns, feed: RunFeed, stop: StopRequest): Promise<void> {
    const { outDir, store, state } = this.#request
    const place = { source: join(this.#folder, wanted.scenario), outDir, store, state, stop }
    try {
      const published = await searchFromPage(wanted, place, this.#host, runs)
      const { record, files } = published
      feed.answered(
        liveAnswerOf(record),
        reportPlaceOf(files, `/capacity/${encodeURIComponent(record.capacityId)}`),
      )
      this.#observer.onAnswer(published)
    } catch (error) {
      feed.failed(messageOf(error))
      this.#observer.onFailure(error)
    }
  }

  get #folder(): string {
    return resolve(this.#host.cwd, this.#request.scenarios)
  }
}
