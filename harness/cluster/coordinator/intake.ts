/** The intervals of a run as they come in: each taken once, closed second by second, and in the log before anybody acts on them. */
import { packSnapshot } from '../../measure/packed-snapshot.ts'
import type { ClosedSecond } from '../../ports/load-driver.ts'
import type { HostInterval } from '../messages.ts'
import { HostUsage } from './host-usage.ts'
import type { RunLog, Through } from './run-log.ts'
import { deliveredBy, newSeconds, type Seconds, type SecondsInput, seconds } from './seconds.ts'

export interface IntakeParts {
  readonly places: readonly number[]
  readonly log: RunLog
  readonly onSecond: (second: ClosedSecond) => void
}

export class Intake {
  readonly usage = new HostUsage()
  readonly #parts: IntakeParts
  readonly #throughMs = new Map<number, number>()
  #seconds: Seconds
  /** The intervals of each place that the log has. */
  #logged: Through = []
  #writingCount = 0

  constructor(parts: IntakeParts) {
    this.#parts = parts
    this.#seconds = newSeconds(parts.places)
  }

  /** The number of seconds that are closed and not in the log yet. */
  get writingCount(): number {
    return this.#writingCount
  }

  /** Takes an interval; returns false when it was taken before. */
  take({ place, sequence, sum, used, end }: HostInterval): boolean {
    const before = deliveredBy(this.#seconds, place)
    const isNew = before !== undefined && sequence >= before.have && !before.beyond.has(sequence)
    if (!isNew) return false
    if (sum !== null) {
      this.#throughMs.set(place, Math.max(this.throughMs(place), sum.endMs))
      if (used !== null) this.usage.add(place, used, sum.endMs - sum.startMs)
    }
    const second = sum === null ? null : Math.max(1, Math.round(sum.endMs / 1000))
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
    return this.#throughMs.get(place) ?? 0
  }

  /** Tells whether everything is there: of a place that is gone only while something of it may come. */
  isEverything(mayStillCome: (place: number) => boolean): boolean {
    return this.#seconds.places.every(
      ({ place, isGone, last, have }) => (last !== null && have > last) || (isGone && !mayStillCome(place)),
    )
  }

  /** Tells what has come of each place. */
  through(): Through {
    return this.#seconds.places.map(({ place, have, beyond }) => [place, have, [...beyond.keys()]])
  }

  /** Tells what the log has of a place. */
  logged(place: number): { readonly have: number; readonly beyond: number[] } {
    const [, have, beyond] = this.#logged.find(([each]) => each === place) ?? [place, 0, []]
    return { have, beyond: [...beyond] }
  }

  #advance(input: SecondsInput): void {
    const [state, { closed, late }] = seconds(this.#seconds, input)
    this.#seconds = state
    for (const { second, snapshots, isWhole } of closed)
      this.#deliver(second, { snapshots, isWhole, late: [] })
    if (late.length > 0) this.#deliver(null, { snapshots: [], isWhole: false, late })
  }

  /** Sum and what the log has are taken in one turn, then written, and acted upon when they are. */
  #deliver(second: number | null, closed: Omit<ClosedSecond, 'used'>): void {
    const used = this.usage.take()
    const through = this.through()
    const sums = closed.snapshots.map(packSnapshot)
    const late = closed.late.map(packSnapshot)
    this.#writingCount++
    void this.#parts.log.append({ kind: 'second', second, sums, late, through }).then((isStored) => {
      this.#writingCount--
      if (!isStored) return
      this.#logged = through
      this.#parts.onSecond({ ...closed, used })
    })
  }
}
