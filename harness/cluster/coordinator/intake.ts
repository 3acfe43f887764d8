/** The intervals of a run as they come in: each taken once, closed second by second, and in the log before anybody acts on them. */
import type { IntervalSnapshot } from '../../model/interval-snapshot.ts'
import type { RunRecord } from '../../model/run-record.ts'
import type { ClosedSecond } from '../../ports/load-driver.ts'
import type { HostInterval } from '../messages.ts'
import { SeenSequences } from '../seen-sequences.ts'
import { HostTimes } from './host-times.ts'
import { HostUsage } from './host-usage.ts'
import type { SecondEntry } from './log-entries.ts'
import type { RunLog } from './run-log.ts'
import { newSeconds, type Seconds, type SecondsInput, seconds } from './seconds.ts'

export interface IntakeParts {
  readonly places: readonly number[]
  readonly measuredPhases: ReadonlySet<string>
  readonly log: Pick<RunLog, 'append'>
  readonly onSecond: (second: ClosedSecond) => void
}

/** The intervals of one place. */
interface Arrivals {
  /** Those that this process has seen. */
  readonly seen: SeenSequences
  /** Those that are in the log. */
  readonly logged: SeenSequences
  readonly times: HostTimes
  throughMs: number
}

export class Intake {
  readonly usage = new HostUsage()
  readonly #parts: IntakeParts
  readonly #arrivals: ReadonlyMap<number, Arrivals>
  #seconds: Seconds
  #writingCount = 0

  constructor(parts: IntakeParts) {
    this.#parts = parts
    this.#seconds = newSeconds(parts.places)
    this.#arrivals = new Map(
      parts.places.map((place) => [
        place,
        {
          ...{ seen: new SeenSequences(), logged: new SeenSequences(), throughMs: 0 },
          times: new HostTimes(parts.measuredPhases),
        },
      ]),
    )
  }

  /** The number of seconds that are closed and not in the log yet. */
  get writingCount(): number {
    return this.#writingCount
  }

  /** Takes in a second that an earlier coordinator has closed: it is in the log, and counts as it did then. */
  replay({ second, isWhole, sums, late, used }: SecondEntry): void {
    this.#isLogged([...sums, ...late])
    const intervals = [...sums, ...late].map((sum) => ({
      ...{ place: sum.shard, sequence: sum.sequence, second: secondOf(sum) },
    }))
    this.#seconds = seconds(this.#seconds, { kind: 'logged', second, intervals })[0]
    this.#parts.onSecond({ snapshots: sums, isWhole, late, used, hosts: null })
  }

  /** Takes an interval; returns false when this process took it before. */
  take({ place, sequence, sum, used, end }: HostInterval): boolean {
    const arrivals = this.#arrivals.get(place)
    if (arrivals?.seen.add(sequence) !== true) return false
    if (sum !== null) {
      arrivals.throughMs = Math.max(arrivals.throughMs, sum.endMs)
      arrivals.times.add(sum)
      if (used !== null) this.usage.add(place, used, sum.endMs - sum.startMs)
    }
    // The end of a place counts nothing: who goes on with the run reads it again.
    else arrivals.logged.add(sequence)
    const second = sum === null ? null : secondOf(sum)
    this.#advance({ kind: 'interval', interval: { place, sequence, second, sum, isLast: end !== null } })
    return true
  }

  /** Closes what is waited for no longer. */
  tick(runMs: number): void {
    this.#advance({ kind: 'tick', runMs })
  }

  /** Nobody waits for a place any more; what it still delivers counts. */
  gone(place: number): void {
    this.#advance({ kind: 'gone', place })
  }

  /** The time of the run up to which a place has delivered. */
  throughMs(place: number): number {
    return this.#arrivals.get(place)?.throughMs ?? 0
  }

  /** The times that a place has measured itself; null for none. */
  ownOf(place: number): RunRecord['hosts'][number]['own'] {
    return this.#arrivals.get(place)?.times.own() ?? null
  }

  /** Tells whether everything is there: of a place that is gone only while something of it may come. */
  isEverything(mayStillCome: (place: number) => boolean): boolean {
    return this.#seconds.places.every(
      ({ place, isGone, last, have }) => (last !== null && have > last) || (isGone && !mayStillCome(place)),
    )
  }

  /** Tells what the log has of a place. */
  logged(place: number): { readonly have: number; readonly beyond: number[] } {
    const logged = this.#arrivals.get(place)?.logged
    return { have: logged?.firstMissing ?? 0, beyond: logged?.beyond ?? [] }
  }

  #advance(input: SecondsInput): void {
    const [state, { closed, late }] = seconds(this.#seconds, input)
    this.#seconds = state
    for (const { second, snapshots, isWhole } of closed)
      this.#deliver(second, { snapshots, isWhole, late: [] })
    if (late.length > 0) this.#deliver(null, { snapshots: [], isWhole: false, late })
  }

  /** An entry names the intervals that it counts, is written first, and acted upon when it is there. */
  #deliver(second: number | null, closed: Omit<ClosedSecond, 'used' | 'hosts'>): void {
    const used = this.usage.take()
    const { snapshots: sums, isWhole, late } = closed
    this.#writingCount++
    void this.#parts.log
      .append({ kind: 'second', second, isWhole, sums: [...sums], late: [...late], used })
      .then((isStored) => {
        this.#writingCount--
        if (!isStored) return
        this.#isLogged([...sums, ...late])
        this.#parts.onSecond({ ...closed, used, hosts: null })
      })
  }

  #isLogged(sums: readonly IntervalSnapshot[]): void {
    for (const { shard: place, sequence } of sums) this.#arrivals.get(place)?.logged.add(sequence)
  }
}

/** The second of the run at whose end it was read. */
function secondOf({ endMs }: IntervalSnapshot): number {
  return Math.max(1, Math.round(endMs / 1000))
}
