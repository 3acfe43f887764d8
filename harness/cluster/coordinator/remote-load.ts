/**
 * A load that workers send, as the coordinator sees it: it grants their leases, tells them what is wanted, closes the seconds that
 * they deliver, writes each to the log before anybody acts on it, and finds who is lost.
 */
import { sleep } from '../../base/clock.ts'
import { type Renewed, type Uplink, WANTS, type Want } from '../../model/cluster/uplink.ts'
import type { RunRecord } from '../../model/run-record.ts'
import * as limits from '../limits.ts'
import type { HostInterval } from '../messages.ts'
import type { EarlierLoad } from './earlier-load.ts'
import { type Grants, granted, renewal } from './grants.ts'
import { Intake } from './intake.ts'
import type { PlaceState } from './live-hosts.ts'
import { type PlaceEnd, PlaceEnds } from './place-ends.ts'
import { readIntervals } from './read-intervals.ts'
import type { RemoteParts } from './remote-parts.ts'

export class RemoteLoad {
  readonly #parts: RemoteParts
  readonly #endings: (() => void)[] = []
  readonly #heardMs = new Map<number, number>()
  readonly #ends = new PlaceEnds()
  readonly #intake: Intake
  #grants: Grants
  #want: Want = 'run'
  #startMs: number | null = null
  #isTakenOver = false
  /** True: who has not begun was never told to. */
  #isAgain = false
  #overMs: number | null = null
  #hasEnded = false
  #finish: () => void = () => undefined

  /** Grants leases and tells what is wanted until it is released. */
  constructor(parts: RemoteParts) {
    const { clock, logs, leaseMs, workers } = parts
    this.#parts = parts
    const nowMs = clock.nowMs()
    this.#grants = {
      ...{ term: logs.log.term, leaseMs, appendedMs: logs.log.appendedMs },
      places: workers.map((worker) => ({ ...worker, epoch: 0, grantedMs: nowMs, state: 'live' })),
    }
    const places = workers.map(({ place }) => place)
    const { onSecond, measuredPhases } = parts
    this.#intake = new Intake({ places, log: logs.log, onSecond, measuredPhases })
    this.#endings.push(clock.every(limits.BEAT_MS, () => this.#tick()))
    logs.log.follow({
      onAppended: (beganMs) => {
        this.#grants = granted(this.#grants, { kind: 'appended', beganMs }, clock.nowMs()).grants
      },
      onMoved: () => this.#takenOver(),
    })
    this.#beat()
  }

  /** Takes in the intervals of the workers from now on. */
  listen(): void {
    const { logs, note } = this.#parts
    this.#endings.push(readIntervals(logs.intervals, (interval) => this.#onInterval(interval), note))
  }

  /** Takes the place of the coordinator that has begun this load. */
  goesOn({ startWallMs, seconds, want, lost }: EarlierLoad): void {
    const { clock } = this.#parts
    this.#isAgain = true
    this.#startMs = clock.nowMs() - Math.max(0, clock.wallMs() - startWallMs)
    for (const second of seconds) this.#intake.replay(second)
    for (const { place, why, isSilent, untilMs } of lost) this.#isLost(place, why, isSilent, untilMs)
    this.#want = want
    this.#beat()
  }

  /** The answer to a worker's renewal. */
  renew(worker: string, asked: Extract<Uplink, { kind: 'renew' }>): Renewed {
    const { clock } = this.#parts
    const nowMs = clock.nowMs()
    const { grants, refused, isFinal } = this.#hasMissedStart(asked.state)
      ? { grants: this.#grants, refused: 'the load began without it', isFinal: true }
      : renewal(this.#grants, { worker, ...asked }, nowMs)
    this.#grants = grants
    const place = grants.places.find(
      (each) => each.worker === worker && each.instance === asked.instance,
    )?.place
    if (place !== undefined) this.#heardMs.set(place, nowMs)
    const logged = this.#intake.logged(place ?? -1)
    return { term: grants.term, refused, isFinal, at: nowMs + clock.epochMs, ...logged }
  }

  /** A worker ends by itself. */
  leave(worker: string, instance: string, why: string): void {
    const found = this.#parts.workers.find((each) => each.worker === worker && each.instance === instance)
    if (found !== undefined && this.#startMs !== null) this.#loses(found.place, why)
  }

  /** The run begins at an instant of this machine's clock. */
  begins(startMachineMs: number): void {
    this.#startMs = startMachineMs - this.#parts.clock.epochMs
  }

  /** Tells everybody what is wanted; it only ever grows. */
  want(want: Want, reason: string): void {
    if (WANTS.indexOf(want) <= WANTS.indexOf(this.#want)) return
    this.#want = want
    this.#beat()
    void this.#parts.logs.log.append({ kind: 'control', want, reason })
  }

  /** Resolves when everything has come that is waited for. */
  async ended(): Promise<readonly PlaceEnd[]> {
    await new Promise<void>((resolve) => {
      this.#finish = resolve
      if (this.#isTakenOver) resolve()
    })
    const { clock, logs } = this.#parts
    // A broker that is gone for good keeps nobody waiting.
    if (!this.#isTakenOver)
      await Promise.race([logs.log.append({ kind: 'end' }), sleep(clock, limits.RESEND_MS)])
    return this.#parts.workers.map(({ place }) => ({
      ...this.#ends.of(place),
      ...{ throughMs: this.#intake.throughMs(place), own: this.#intake.ownOf(place) },
    }))
  }

  /** The places as they are now. */
  states(): readonly PlaceState[] {
    const nowMs = this.#parts.clock.nowMs()
    return this.#grants.places.map(({ place, state }) => {
      const lagMs = Math.max(0, nowMs - (this.#startMs ?? nowMs) - this.#intake.throughMs(place))
      if (state === 'lost' || this.#ends.isLost(place)) return { place, lagMs, state: 'lost' }
      if (state === 'ended') return { place, lagMs, state }
      return { place, lagMs, state: lagMs > limits.LATE_MS ? 'late' : 'well' }
    })
  }

  /** True: another coordinator leads, and nothing of this one counts any more. */
  get isTakenOver(): boolean {
    return this.#isTakenOver
  }

  /** The usage of the workers in all. */
  get usage(): RunRecord['generator'] {
    return this.#intake.usage.totals()
  }

  /** Nothing is granted, told or taken in any more. */
  release(): void {
    for (const end of this.#endings.splice(0)) end()
  }

  #onInterval(interval: HostInterval): void {
    const { clock, workers } = this.#parts
    const { place, epoch, end } = interval
    const worker = workers.find((each) => each.place === place)
    // What belongs to nobody's place counts for nobody.
    if (worker === undefined || worker.token !== interval.token || epoch !== 0 || this.#hasEnded) return
    this.#heardMs.set(place, clock.nowMs())
    if (!this.#intake.take(interval)) return
    this.#isLate(place, interval)
    if (end !== null) this.#placeEnded(place, end)
  }

  /** Keeps how long the counts were under way; those that an earlier coordinator read are none of ours. */
  #isLate(place: number, { sum }: HostInterval): void {
    if (sum === null || this.#startMs === null || this.#isAgain) return
    const lagMs = this.#parts.clock.nowMs() - this.#startMs - sum.endMs
    this.#ends.isLate(place, lagMs)
    if (lagMs > limits.LAG_NOTE_MS)
      this.#parts.note('counts of workers come late: see `lagMaxMs` of the hosts')
  }

  #placeEnded(place: number, end: NonNullable<HostInterval['end']>): void {
    const { why } = end
    const wasLost = this.#ends.isLost(place)
    this.#ends.ended(place, end)
    this.#grants = granted(this.#grants, { kind: 'ended', place }, this.#parts.clock.nowMs()).grants
    if (why !== 'finished' && !wasLost) this.#loses(place, WHY[why])
  }

  #tick(): void {
    const nowMs = this.#parts.clock.nowMs()
    this.#beat()
    if (this.#startMs === null || this.#hasEnded) return
    const { grants, lost } = granted(this.#grants, { kind: 'tick' }, nowMs)
    this.#grants = grants
    for (const { place } of lost) this.#loses(place, 'its lease ended, and nothing was heard of it since')
    this.#intake.tick(nowMs - this.#startMs)
    if (!this.#isOver(nowMs)) return
    // What comes from now on is in no record, and so in no log.
    this.#hasEnded = true
    this.#finish()
  }

  #loses(place: number, why: string): void {
    const { clock, workers, logs, onLoss } = this.#parts
    if (this.#ends.isLost(place)) return
    const grant = this.#grants.places.find((each) => each.place === place)
    const isSilent = grant?.state === 'lost'
    const startMs = this.#startMs ?? clock.nowMs()
    const untilMs = Math.max(0, (grant?.grantedMs ?? startMs) + this.#grants.leaseMs - startMs)
    this.#isLost(place, why, isSilent, untilMs)
    void logs.log.append({ kind: 'lost', place, why, isSilent, untilMs })
    const worker = workers.find((each) => each.place === place)?.worker ?? ''
    onLoss(worker, why, Math.max(0, clock.nowMs() - startMs))
  }

  #isLost(place: number, why: string, isSilent: boolean, untilMs: number): void {
    this.#ends.lost(place, { why, untilMs, loadMs: this.#intake.throughMs(place) })
    if (isSilent) this.#intake.gone(place)
  }

  /** After a change of coordinators: it is held or loaded, and the start of the others is long over. */
  #hasMissedStart(state: Extract<Uplink, { kind: 'renew' }>['state']): boolean {
    const { clock } = this.#parts
    if (!this.#isAgain || this.#startMs === null || (state !== 'held' && state !== 'loaded')) return false
    return clock.nowMs() > this.#startMs + limits.NEVER_BEGAN_MS
  }

  /** A worker that is lost and was heard of lately may still deliver. */
  #isOver(nowMs: number): boolean {
    const isWaitedFor = (place: number) => nowMs - (this.#heardMs.get(place) ?? 0) < limits.RESEND_MS
    const { writingCount } = this.#intake
    if (this.#intake.isEverything(isWaitedFor) && writingCount === 0) return true
    if (this.#grants.places.some(({ state }) => state === 'live')) return false
    this.#overMs ??= nowMs
    if (nowMs - this.#overMs < limits.DELIVER_LIMIT_MS) return false
    if (writingCount > 0)
      this.#parts.note(
        `the broker is away: ${writingCount} seconds could not be written to the log and are left out`,
      )
    return true
  }

  #beat(): void {
    const { link, subjects, run, logs } = this.#parts
    if (this.#isTakenOver) return
    link.tell(subjects.beat(run), JSON.stringify({ term: logs.log.term, want: this.#want }))
  }

  #takenOver(): void {
    this.#isTakenOver = true
    this.#parts.note('another coordinator has taken the run over: this one ends, and publishes nothing')
    this.#finish()
  }
}

const WHY = { fenced: 'its lease ended before the load did', left: 'it was asked to end' } as const
