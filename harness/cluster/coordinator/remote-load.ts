/**
 * A load that workers send, as the coordinator sees it: it grants their leases, tells them what is wanted, closes the seconds that
 * they deliver, writes each to the log before anybody acts on it, and finds who is lost.
 */
import { type Renewed, type Uplink, WANTS, type Want } from '../../model/cluster/uplink.ts'
import type { RunRecord } from '../../model/run-record.ts'
import type { Log } from '../../ports/link.ts'
import type { ClosedSecond } from '../../ports/load-driver.ts'
import { APPEND_MS, BEAT_MS, DELIVER_LIMIT_MS, RESEND_MS } from '../limits.ts'
import { type HostInterval, hostIntervalSchema, parseMessage } from '../messages.ts'
import { type Grants, granted, renewal } from './grants.ts'
import type { PoolAccess } from './held-workers.ts'
import { Intake } from './intake.ts'
import type { PlaceEnd } from './place-end.ts'
import { lastOf, RunLog } from './run-log.ts'

export interface RemoteParts extends PoolAccess {
  readonly run: string
  readonly leaseMs: number
  readonly workers: readonly {
    readonly place: number
    readonly worker: string
    readonly instance: string
    readonly token: string
  }[]
  readonly onSecond: (second: ClosedSecond) => void
  /** A worker sends no more, and nobody asked it to end. */
  readonly onLoss: (worker: string, why: string, atMs: number) => void
  readonly note: (message: string) => void
}

const TERM = 1

export class RemoteLoad {
  readonly #parts: RemoteParts
  readonly #log: RunLog
  readonly #endings: (() => void)[] = []
  readonly #logs: Log[] = []
  #isOpen = false
  readonly #heardMs = new Map<number, number>()
  readonly #ends = new Map<number, Pick<PlaceEnd, 'end' | 'message' | 'loadMs' | 'shards'>>()
  readonly #intake: Intake
  #grants: Grants
  #isBeating = false
  #appendedMs: number
  #want: Want = 'run'
  #startMs: number | null = null
  #overMs: number | null = null
  #isTakenOver = false
  #finish: () => void = () => undefined

  constructor(parts: RemoteParts) {
    const { link, clock, subjects, run, leaseMs, workers } = parts
    this.#parts = parts
    const nowMs = clock.nowMs()
    this.#appendedMs = nowMs
    this.#grants = {
      ...{ term: TERM, leaseMs, appendedMs: nowMs },
      places: workers.map((worker) => ({ ...worker, epoch: 0, grantedMs: nowMs, state: 'live' })),
    }
    const settings = { name: subjects.runLog(run), subject: subjects.log(run), bytesMax: LOG_BYTES_MAX }
    const log = link.log(settings)
    this.#logs.push(log)
    this.#log = new RunLog({
      ...{ log, clock, run, term: TERM },
      onAppended: (beganMs) => {
        this.#appendedMs = clock.nowMs()
        this.#grants = granted(this.#grants, { kind: 'appended', beganMs }, clock.nowMs()).grants
      },
      onMoved: () => this.#takenOver(),
    })
    const places = workers.map(({ place }) => place)
    this.#intake = new Intake({ places, log: this.#log, onSecond: parts.onSecond })
  }

  /** Makes the logs of the run. Resolves to false when somebody else drives it. */
  async open(): Promise<boolean> {
    const { link, clock, subjects, run, workers } = this.#parts
    const name = subjects.intervalLog(run)
    const intervals = link.log({ name, subject: subjects.interval(run, '*'), bytesMax: INTERVAL_BYTES_MAX })
    await lastOf(intervals)
    this.#logs.push(intervals)
    if ((await this.#log.open()) > 0) return false
    if (!(await this.#log.append({ kind: 'start', run, workers: workers.map(({ worker }) => worker) })))
      return false
    this.#isOpen = true
    this.#endings.push(
      intervals.read(1, (body) => this.#onInterval(parseMessage(hostIntervalSchema, body, 'an interval'))),
      clock.every(BEAT_MS, () => this.#tick()),
    )
    this.#beat()
    return true
  }

  /** The answer to a worker's renewal. */
  renew(worker: string, asked: Extract<Uplink, { kind: 'renew' }>): Renewed {
    const { clock } = this.#parts
    const { grants, refused, isFinal } = renewal(this.#grants, { worker, ...asked }, clock.nowMs())
    this.#grants = grants
    const place = grants.places.find(
      (each) => each.worker === worker && each.instance === asked.instance,
    )?.place
    if (place !== undefined) this.#heardMs.set(place, clock.nowMs())
    const logged = this.#intake.logged(place ?? -1)
    const at = clock.nowMs() + clock.epochMs
    return { term: grants.term, refused, isFinal, at, ...logged }
  }

  /** A worker ends by itself. */
  leave(worker: string, instance: string, why: string): void {
    const isHeld = this.#parts.workers.some((each) => each.worker === worker && each.instance === instance)
    if (isHeld && this.#startMs !== null) this.#loses(worker, why)
  }

  /** The run begins at an instant of this machine's clock. */
  begins(startMachineMs: number): void {
    const { clock } = this.#parts
    this.#startMs = startMachineMs - clock.epochMs
    void this.#log.append({ kind: 'place', startAt: startMachineMs })
  }

  /** Tells everybody what is wanted; it only ever grows. */
  want(want: Want, reason: string): void {
    if (WANTS.indexOf(want) <= WANTS.indexOf(this.#want)) return
    this.#want = want
    this.#beat()
    void this.#log.append({ kind: 'control', want, reason })
  }

  /** Resolves when everything has come that is waited for. */
  async ended(): Promise<readonly PlaceEnd[]> {
    await new Promise<void>((resolve) => {
      this.#finish = resolve
    })
    if (!this.#isTakenOver) await this.#log.append({ kind: 'end', through: this.#intake.through() })
    return this.#parts.workers.map(({ place }) => ({
      place,
      ...(this.#ends.get(place) ?? { end: 'lost', message: null, loadMs: 0, shards: [] }),
      throughMs: this.#intake.throughMs(place),
    }))
  }

  /** True: another coordinator leads, and nothing of this one counts any more. */
  get isTakenOver(): boolean {
    return this.#isTakenOver
  }

  /** The usage of the workers in all. */
  get usage(): RunRecord['generator'] {
    return this.#intake.usage.totals()
  }

  /** Ends everything. The logs are dropped, unless they are somebody else's by now: a broker reserves their room. */
  async close(): Promise<void> {
    for (const end of this.#endings.splice(0)) end()
    this.#log.close()
    if (this.#isTakenOver || !this.#isOpen) return
    await Promise.all(this.#logs.map((log) => log.drop().catch(() => undefined)))
  }

  #onInterval(interval: HostInterval): void {
    const { clock, workers } = this.#parts
    const { place, epoch, end } = interval
    const worker = workers.find((each) => each.place === place)
    // What belongs to nobody's place counts for nobody.
    if (worker === undefined || worker.token !== interval.token || epoch !== 0) return
    this.#heardMs.set(place, clock.nowMs())
    if (this.#intake.take(interval) && end !== null) this.#hasEnded(place, worker.worker, end)
  }

  #hasEnded(place: number, worker: string, { why, loadMs, shards }: NonNullable<HostInterval['end']>): void {
    const { clock } = this.#parts
    const lost = this.#ends.get(place)?.message ?? null
    this.#ends.set(place, { end: why, message: lost, loadMs, shards })
    this.#grants = granted(this.#grants, { kind: 'ended', place }, clock.nowMs()).grants
    if (why !== 'finished' && lost === null) this.#loses(worker, WHY[why])
  }

  #tick(): void {
    const { clock } = this.#parts
    const nowMs = clock.nowMs()
    this.#beat()
    if (nowMs - this.#appendedMs > APPEND_MS && !this.#isBeating && this.#intake.writingCount === 0)
      void this.#write()
    if (this.#startMs === null) return
    const { grants, lost } = granted(this.#grants, { kind: 'tick' }, nowMs)
    this.#grants = grants
    for (const { worker } of lost) this.#loses(worker, 'its lease ended, and nothing was heard of it since')
    this.#intake.tick(nowMs - this.#startMs)
    if (this.#isOver(nowMs)) this.#finish()
  }

  #loses(worker: string, why: string): void {
    const { clock, workers, onLoss } = this.#parts
    const place = workers.find((each) => each.worker === worker)?.place
    if (place === undefined || this.#ends.get(place)?.message) return
    const known = this.#ends.get(place) ?? {
      end: 'lost',
      loadMs: this.#intake.throughMs(place),
      shards: [],
    }
    this.#ends.set(place, { ...known, message: why })
    void this.#log.append({ kind: 'lost', worker })
    const isSilent = this.#grants.places.some((grant) => grant.place === place && grant.state === 'lost')
    if (isSilent) this.#intake.gone(place)
    onLoss(worker, why, Math.max(0, clock.nowMs() - (this.#startMs ?? clock.nowMs())))
  }

  async #write(): Promise<void> {
    this.#isBeating = true
    await this.#log.append({ kind: 'beat' })
    this.#isBeating = false
  }

  /** A worker that is lost and was heard of lately may still deliver. */
  #isOver(nowMs: number): boolean {
    const isWaitedFor = (place: number) => nowMs - (this.#heardMs.get(place) ?? 0) < RESEND_MS
    const { writingCount } = this.#intake
    if (this.#intake.isEverything(isWaitedFor) && writingCount === 0) return true
    if (this.#grants.places.some(({ state }) => state === 'live')) return false
    this.#overMs ??= nowMs
    if (nowMs - this.#overMs < DELIVER_LIMIT_MS) return false
    if (writingCount > 0)
      this.#parts.note(
        `the broker is away: ${writingCount} seconds could not be written to the log and are left out`,
      )
    return true
  }

  #beat(): void {
    const { link, subjects, run } = this.#parts
    if (!this.#isTakenOver) link.tell(subjects.beat(run), JSON.stringify({ term: TERM, want: this.#want }))
  }

  #takenOver(): void {
    this.#isTakenOver = true
    this.#parts.note('another coordinator has taken the run over: this one ends, and publishes nothing')
    this.#finish()
  }
}

const WHY = { fenced: 'its lease ended before the load did', left: 'it was asked to end' } as const
/** Hours of a run of some hundred histograms. */
const LOG_BYTES_MAX = 512 * 1024 ** 2
/** Minutes of intervals that nobody reads. */
const INTERVAL_BYTES_MAX = 128 * 1024 ** 2
