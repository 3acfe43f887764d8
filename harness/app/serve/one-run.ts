/** The run of a service: at most one at a time, in this process. */
import { once } from 'node:events'
import { join, resolve } from 'node:path'
import { messageOf } from '../../base/errors.ts'
import { type StopRequest, StopSwitch } from '../../base/stop-request.ts'
import { WatchedRuns } from '../../live/watched-runs.ts'
import { liveAnswerOf } from '../../live/watched-search.ts'
import type { SearchRequest } from '../../model/live-message.ts'
import type { Host } from '../../ports/host.ts'
import { listScenarios } from '../../scenario/list-scenarios.ts'
import type { LiveBoard } from '../../web/server/live-board.ts'
import type { RunStarter, StartAnswer } from '../../web/server/server.ts'
import type { LaunchRefusal } from '../../web/server/service-controls.ts'
import { autoBaseline, namedBaseline } from '../compare/baselines.ts'
import { DEFAULT_REPORTS } from '../reports/documents.ts'
import type { RunRequest } from '../run/request.ts'
import { runScenario } from '../run/run.ts'
import { leftUndone } from './left-undone.ts'
import { reportPlaceOf } from './report-place.ts'
import { RunFeed } from './run-feed.ts'
import { searchFromPage } from './search-from-page.ts'
import type { ServeObserver, ServeRequest } from './serve-request.ts'
import { type KeptRun, KeptRuns, type WantedRun } from './service-runs.ts'

/** At most one run at a time, whoever wants it: a page, a program, a schedule or a rollout. */
export class OneRun {
  readonly #request: ServeRequest
  readonly #host: Host
  readonly #observer: ServeObserver
  #board: LiveBoard | null = null
  /** Feed of the run that is under way. */
  #feed: RunFeed | null = null
  #running: Promise<void> | null = null
  /** The run that is under way; a search is none. */
  #present: KeptRun | null = null
  /** The runs so far. */
  readonly kept: KeptRuns

  constructor(request: ServeRequest, host: Host, observer: ServeObserver) {
    this.#request = request
    this.#host = host
    this.#observer = observer
    this.kept = new KeptRuns(host.clock)
  }

  openOn(board: LiveBoard): void {
    this.#board = board
  }

  readonly stop = (): boolean => this.#running !== null && this.#feed?.press() === true

  get isRunning(): boolean {
    return this.#running !== null
  }

  /** Ends a run, once or again. False: it is not under way. */
  readonly stopRun = (id: string): boolean => this.#present?.told.id === id && this.stop()

  get starter(): RunStarter {
    const unchanged = { baseline: null, environment: null, alerts: null, by: 'dashboard' }
    return {
      scenarios: this.#scenarios,
      start: (wanted) => this.startBy({ ...wanted, ...unchanged }),
      search: (wanted) =>
        this.#begin(wanted.scenario, 'dashboard', (...load) => this.#search(wanted, ...load)),
    }
  }

  /** Starts a run that nobody waits for. */
  readonly startBy = async (wanted: WantedRun): Promise<StartAnswer> => {
    const run = await this.launch(wanted)
    return typeof run === 'string' ? run : 'started'
  }

  /** Starts a run. */
  readonly launch = async (wanted: WantedRun): Promise<KeptRun | LaunchRefusal> => {
    let run: KeptRun | null = null
    const answer = await this.#begin(wanted.scenario, wanted.by, (...load) => {
      run = this.kept.begin(wanted)
      return this.#run(run, wanted, ...load)
    })
    return answer === 'started' ? (run as unknown as KeptRun) : answer
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
    by: string,
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
    this.#observer.onStart(scenario, by)
    this.#running = make(runs, feed, stop).finally(() => {
      forgetPresses()
      this.#running = null
      this.#present = null
    })
    return 'started'
  }

  /** Never rejects: what went wrong is on the page. */
  async #run(
    run: KeptRun,
    wanted: WantedRun,
    runs: WatchedRuns,
    feed: RunFeed,
    stop: StopRequest,
  ): Promise<void> {
    this.#present = run
    try {
      const finished = await runScenario(this.#requestOf(run, wanted, stop), this.#host, runs)
      for (const text of leftUndone(finished)) runs.onNote(text)
      feed.judged(
        finished.verdict,
        reportPlaceOf(finished.files, `/runs/${encodeURIComponent(finished.record.runId)}`),
      )
      this.kept.ended(run, finished)
      this.#observer.onEnd(finished)
    } catch (error) {
      feed.failed(messageOf(error))
      this.kept.ended(run, { error })
      this.#observer.onFailure(error)
    }
  }

  #requestOf({ told }: KeptRun, wanted: WantedRun, stop: StopRequest): RunRequest {
    const { cwd } = this.#host
    const { outDir, store, baselines: folder, state } = this.#request
    const { scenario, seed, baseline, environment, alerts } = wanted
    return {
      source: join(this.#folder, scenario),
      overrides: {
        ...(seed === null ? {} : { seed }),
        ...(environment === null ? {} : { environment }),
        ...(alerts === null ? {} : { set: [`alerts=${JSON.stringify(alerts)}`] }),
      },
      threads: null,
      outDir,
      reports: DEFAULT_REPORTS,
      strict: false,
      inconclusive: 'fail',
      retries: 0,
      history: { store, build: null },
      compare:
        baseline === null ? autoBaseline({ folder }, cwd) : namedBaseline({ name: baseline, folder }, cwd),
      state,
      within: null,
      pool: null,
      runId: told.id,
      onJudged: null,
      stop,
      // Whoever reaches the service may start load, and end it; what was deployed it leaves alone.
      enforce: { arming: 'never' },
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
