/** A dashboard that stays: runs are started from its page, one at a time, in this process. */
import { once } from 'node:events'
import { dirname, join, resolve } from 'node:path'
import { messageOf } from '../../base/errors.ts'
import { type StopRequest, StopSwitch } from '../../base/stop-request.ts'
import { WatchedRuns } from '../../live/watched-runs.ts'
import type { StartRequest } from '../../model/live-message.ts'
import type { Host } from '../../ports/host.ts'
import { listScenarios } from '../../scenario/list-scenarios.ts'
import { historyPages } from '../../web/history/history-pages.ts'
import type { LiveBoard } from '../../web/server/live-board.ts'
import type { RunStarter } from '../../web/server/server.ts'
import { AUTO_BASELINE, autoBaseline, mayBeginBaseline } from '../compare/baselines.ts'
import { withHistory } from '../history/history.ts'
import { DEFAULT_REPORTS } from '../reports/documents.ts'
import type { FinishedRun } from '../run/publish.ts'
import { runScenario } from '../run/run.ts'
import { type DashboardRequest, type OpenDashboard, openDashboard, reportOf } from './dashboard.ts'
import { historySources } from './history-pages.ts'
import { RunFeed } from './run-feed.ts'

export interface ServeRequest extends DashboardRequest {
  /** Folder of the scenarios that may be started. */
  readonly scenarios: string
  readonly outDir: string
  /** History: a file, or `postgres://...`. */
  readonly store: string
  /** Folder of the baselines. */
  readonly baselines: string
  /** Asked once, no run is started any more and one that is under way drains; asked again, it is given up. */
  readonly stop: StopRequest
}

/** Observes the runs besides the page. */
export interface ServeObserver {
  /** A run begins. */
  onStart(scenario: string): void
  onEnd(finished: FinishedRun): void
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
      const pages = historyPages(historySources({ history, reportsFolder, baselinesFolder }))
      const runner = new OneRun(request, host, observer)
      const { stop, starter } = runner
      const dashboard = await openDashboard(request, { stop, starter }, pages, host)
      runner.openOn(dashboard.board)
      try {
        const scenarioCount = (await runner.starter.scenarios()).length
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
    return { scenarios: this.#scenarios, start: this.#start }
  }

  async over(): Promise<void> {
    const { signal } = this.#request.stop
    if (!signal.aborted) await once(signal, 'abort')
    await this.#running
  }

  readonly #scenarios = () => listScenarios(this.#folder)

  readonly #start: RunStarter['start'] = async (wanted) => {
    const isListed = (await this.#scenarios()).includes(wanted.scenario)
    if (!isListed) return 'unknown'
    const isClosing = this.#request.stop.level !== 'none'
    if (this.#running !== null || isClosing || this.#board === null) return 'busy'
    const stop = new StopSwitch()
    const forgetPresses = this.#request.stop.onPress((_level, by) => stop.press(by))
    const runs = new WatchedRuns(stop)
    const feed = new RunFeed(this.#board, runs, stop)
    this.#feed = feed
    this.#running = this.#run(wanted, runs, feed, stop).finally(() => {
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
    this.#observer.onStart(scenario)
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
      feed.judged(finished.verdict, reportOf(finished, `/runs/${encodeURIComponent(finished.record.runId)}`))
      this.#observer.onEnd(finished)
    } catch (error) {
      feed.failed(messageOf(error))
      this.#observer.onFailure(error)
    }
  }

  get #folder(): string {
    return resolve(this.#host.cwd, this.#request.scenarios)
  }
}

/** Lists what the same run would have done, had somebody started it from the command line. */
function leftUndone(finished: FinishedRun): string[] {
  const { files } = finished
  const { rollback } = finished.verdict
  const steps = rollback?.plan?.filter(({ step }) => step === 'undo') ?? []
  const undo = steps.map(({ description }) => `; armed, it would undo: ${description}`).join('')
  const approve = `proofload baseline approve ${dirname(files['record'] ?? '')} --name ${AUTO_BASELINE}`
  return [
    ...(rollback === null ? [] : [`${rollback.message}${undo}`]),
    ...(mayBeginBaseline(finished)
      ? [`a run from a page starts no baseline; to approve this run: ${approve}`]
      : []),
  ]
}
