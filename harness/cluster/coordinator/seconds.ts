/**
 * The seconds of a run, closed in order: what arrives goes in, seconds from which nothing more is waited for come out. Pure, and
 * takes every interval once, in whatever order they come: what comes after its second was closed is late, and never dropped.
 */
import type { IntervalSnapshot } from '../../model/interval-snapshot.ts'
import { CLOSE_AFTER_MS } from '../limits.ts'

/** An interval of one place. */
export interface PlaceInterval {
  readonly place: number
  readonly sequence: number
  /** The second of the run at whose end it was read, from 1; null: it counted nothing. */
  readonly second: number | null
  readonly sum: IntervalSnapshot | null
  /** True: none follows. */
  readonly isLast: boolean
}

/** The intervals that have come of one place. */
interface Delivered {
  readonly place: number
  /** The first number that is missing, and the numbers behind it that came. */
  readonly have: number
  readonly beyond: ReadonlyMap<number, number>
  /** The second up to which nothing is missing. */
  readonly through: number
  /** The number of its last interval; null: not known yet. */
  readonly last: number | null
  /** True: nobody waits for it any more. */
  readonly isGone: boolean
}

export interface Seconds {
  /** The first that is open. */
  readonly next: number
  readonly open: ReadonlyMap<number, readonly IntervalSnapshot[]>
  readonly places: readonly Delivered[]
}

/** A second that is closed. */
export interface Closed {
  readonly second: number
  readonly snapshots: readonly IntervalSnapshot[]
  /** False: it was closed without some. */
  readonly isWhole: boolean
}

export interface SecondsOutput {
  readonly closed: readonly Closed[]
  /** Counts of seconds that were closed before they came. */
  readonly late: readonly IntervalSnapshot[]
}

export type SecondsInput =
  | { readonly kind: 'interval'; readonly interval: PlaceInterval }
  /** A second that was closed before, by whoever wrote the log. Null: only late counts. */
  | {
      readonly kind: 'logged'
      readonly second: number | null
      readonly intervals: readonly Omit<PlaceInterval, 'sum' | 'isLast'>[]
    }
  | { readonly kind: 'gone'; readonly place: number }
  /** `runMs`: the time since run start. */
  | { readonly kind: 'tick'; readonly runMs: number }

export function newSeconds(places: readonly number[]): Seconds {
  return {
    next: 1,
    open: new Map(),
    places: places.map((place) => ({
      ...{ place, have: 0, beyond: new Map(), through: 0, last: null, isGone: false },
    })),
  }
}

/** Tells whether every interval is there of everybody who is waited for. */
function isComplete({ places }: Seconds): boolean {
  return places.every((place) => place.isGone || hasAll(place))
}

/** The place, as far as it has delivered. */
function deliveredBy({ places }: Seconds, place: number): Delivered | undefined {
  return places.find((each) => each.place === place)
}

/** Returns the seconds after what happened, and those that it closed. */
export function seconds(state: Seconds, input: SecondsInput): readonly [Seconds, SecondsOutput] {
  switch (input.kind) {
    case 'gone':
      return close(
        withPlace(state, input.place, (place) => ({ ...place, isGone: true })),
        null,
      )
    case 'tick':
      return close(state, input.runMs)
    case 'logged':
      return [logged(state, input), { closed: [], late: [] }]
    case 'interval':
      return take(state, input.interval)
  }
}

function logged(state: Seconds, { second, intervals }: Extract<SecondsInput, { kind: 'logged' }>): Seconds {
  const next = second === null ? state.next : Math.max(state.next, second + 1)
  const taken = intervals.reduce(
    (all, interval) =>
      withPlace(all, interval.place, (place) => arrived(place, { ...interval, sum: null, isLast: false })),
    state,
  )
  return { ...taken, next }
}

function take(state: Seconds, interval: PlaceInterval): readonly [Seconds, SecondsOutput] {
  const { place, sequence, second, sum } = interval
  const before = deliveredBy(state, place)
  if (before === undefined || sequence < before.have || before.beyond.has(sequence))
    return [state, { closed: [], late: [] }]
  const taken = withPlace(state, place, (each) => arrived(each, interval))
  if (sum === null || second === null) return close(taken, null)
  if (second < state.next) {
    const [after, { closed }] = close(taken, null)
    return [after, { closed, late: [sum] }]
  }
  const open = new Map(taken.open).set(second, [...(taken.open.get(second) ?? []), sum])
  return close({ ...taken, open }, null)
}

function arrived(place: Delivered, { sequence, second, isLast }: PlaceInterval): Delivered {
  const beyond = new Map(place.beyond).set(sequence, second ?? place.through)
  let { have, through } = place
  for (let reached = beyond.get(have); reached !== undefined; reached = beyond.get(have)) {
    beyond.delete(have)
    through = Math.max(through, reached)
    have++
  }
  return { ...place, beyond, have, through, last: isLast ? sequence : place.last }
}

/** Closes what is whole; what is not, when its time is over: but only where at least something of it has come. */
function close(state: Seconds, runMs: number | null): readonly [Seconds, SecondsOutput] {
  const closed: Closed[] = []
  const open = new Map(state.open)
  const all = isComplete(state)
  let { next } = state
  const newest = Math.max(0, ...open.keys())
  for (; next <= newest; next++) {
    const isWhole = state.places.every((place) => place.isGone || hasAll(place) || place.through >= next)
    const isOver = runMs !== null && runMs >= next * 1000 + CLOSE_AFTER_MS
    if (!isWhole && !isOver && !all) break
    const snapshots = open.get(next)
    open.delete(next)
    if (snapshots !== undefined) closed.push({ second: next, snapshots, isWhole })
  }
  return [
    { ...state, next, open },
    { closed, late: [] },
  ]
}

function hasAll({ last, have }: Delivered): boolean {
  return last !== null && have > last
}

function withPlace(state: Seconds, place: number, change: (place: Delivered) => Delivered): Seconds {
  return { ...state, places: state.places.map((each) => (each.place === place ? change(each) : each)) }
}
