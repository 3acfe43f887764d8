/** The one load of this server: a run, or a search for a capacity. It goes on whatever becomes of the call that started it. */
import { randomBytes } from 'node:crypto'
import { isoOf } from '../../base/clock.ts'
import { HarnessError, messageOf } from '../../base/errors.ts'
import { StopSwitch } from '../../base/stop-request.ts'
import { WatchedRuns } from '../../live/watched-runs.ts'
import type { Host } from '../../ports/host.ts'
import type { PublishedCapacity } from '../capacity/publish-capacity.ts'
import type { FinishedRun } from '../run/publish.ts'

const HOUR_MS = 3_600_000
/** Loads that are remembered in memory; older ones are read from disk. */
const ENDED_MAX = 20

/** The result of a load. */
export type LoadResult =
  | { readonly kind: 'run'; readonly finished: FinishedRun }
  | { readonly kind: 'capacity'; readonly published: PublishedCapacity }

/** A load of this server. */
export interface StartedLoad {
  readonly id: string
  readonly scenario: string
  readonly runs: WatchedRuns
  readonly stop: StopSwitch
  /** Null while it is under way, and when it failed. */
  readonly result: LoadResult | null
  /** Null unless it failed. */
  readonly failure: HarnessError | null
  readonly isOver: boolean
}

/** @param runId of the context of the load */
export type MakeLoad = (runId: string, load: Pick<StartedLoad, 'runs' | 'stop'>) => Promise<LoadResult>

export class Loads {
  readonly #host: Pick<Host, 'clock'>
  readonly #perHour: number
  readonly #known = new Map<string, Load>()
  #startsAtMs: number[] = []
  #newest: Load | null = null
  #isClosed = false

  constructor(host: Pick<Host, 'clock'>, perHour: number) {
    this.#host = host
    this.#perHour = perHour
  }

  /** The load that is under way. */
  get present(): StartedLoad | null {
    return this.#newest?.isOver === false ? this.#newest : null
  }

  find(id: string): StartedLoad | undefined {
    return this.#known.get(id)
  }

  /** Tests whether a load may begin. @throws HarnessError LOAD_UNDER_WAY, LIMIT_EXCEEDED */
  requireFree(): void {
    if (this.#isClosed)
      throw new HarnessError('LOAD_UNDER_WAY', 'this server is ending', { hint: 'Start another one.' })
    if (this.present !== null)
      throw new HarnessError('LOAD_UNDER_WAY', `${this.present.id} is under way`, {
        hint: 'Wait for its end with get_run or get_capacity, or end it with stop_run.',
      })
    const nowMs = this.#host.clock.nowMs()
    this.#startsAtMs = this.#startsAtMs.filter((atMs) => nowMs - atMs < HOUR_MS)
    if (this.#startsAtMs.length < this.#perHour) return
    const waitMs = HOUR_MS - (nowMs - (this.#startsAtMs[0] as number))
    throw new HarnessError('LIMIT_EXCEEDED', `${this.#perHour} loads were started within an hour`, {
      hint: `The next may start in ${Math.ceil(waitMs / 60_000)} min; only whoever starts the server can raise --max-runs-per-hour.`,
    })
  }

  /** Starts a load and returns at once. @param idOf id of the load by the id of its context @throws HarnessError as `requireFree` */
  start(scenario: string, idOf: (runId: string) => string, make: MakeLoad): StartedLoad {
    this.requireFree()
    const { clock } = this.#host
    const runId = newRunId(clock.wallMs())
    const load = new Load(idOf(runId), scenario)
    this.#startsAtMs.push(clock.nowMs())
    this.#newest = load
    this.#remember(load)
    load.goOn(make(runId, load))
    return load
  }

  /** Resolves when there is something new to see of it, at its end, and after the time. */
  untilChange(load: StartedLoad, seen: () => string, waitMs: number): Promise<void> {
    const before = seen()
    const known = this.#known.get(load.id)
    if (known === undefined || load.isOver || waitMs <= 0) return Promise.resolve()
    return new Promise((resolve) => {
      const done = () => {
        cancel()
        forget()
        resolve()
      }
      const cancel = this.#host.clock.after(waitMs, done)
      const forget = known.onChange(() => {
        if (known.isOver || seen() !== before) done()
      })
    })
  }

  /** Starts nothing any more, and ends what is under way: nothing new begins, what is in flight may end. */
  async close(by: string): Promise<void> {
    this.#isClosed = true
    const load = this.#newest
    if (load === null || load.isOver) return
    if (load.stop.level === 'none') load.stop.press(by)
    await load.over
  }

  #remember(load: Load): void {
    const [oldest] = this.#known.keys()
    if (this.#known.size >= ENDED_MAX && oldest !== undefined) this.#known.delete(oldest)
    this.#known.set(load.id, load)
  }
}

class Load implements StartedLoad {
  readonly id: string
  readonly scenario: string
  readonly stop = new StopSwitch()
  readonly runs = new WatchedRuns(this.stop)
  readonly #listeners = new Set<() => void>()
  result: LoadResult | null = null
  failure: HarnessError | null = null
  isOver = false
  over: Promise<void> = Promise.resolve()

  constructor(id: string, scenario: string) {
    this.id = id
    this.scenario = scenario
    this.runs.onChange(() => this.#tell())
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }

  /** Never rejects. */
  goOn(made: Promise<LoadResult>): void {
    this.over = made.then(
      (result) => this.#end(result, null),
      (error: unknown) => this.#end(null, asHarnessError(error)),
    )
  }

  #end(result: LoadResult | null, failure: HarnessError | null): void {
    this.result = result
    this.failure = failure
    this.isOver = true
    this.#tell()
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener()
  }
}

function asHarnessError(error: unknown): HarnessError {
  return error instanceof HarnessError
    ? error
    : new HarnessError('INTERNAL', messageOf(error), { cause: error })
}

/** `20261121-093005-4f2a`, as every run has one. */
function newRunId(wallMs: number): string {
  const [day = '', time = ''] = isoOf(wallMs).split('T')
  return `${day.replaceAll('-', '')}-${time.slice(0, 8).replaceAll(':', '')}-${randomBytes(2).toString('hex')}`
}
