import type { ClockDistance } from '../../model/cluster/orders.ts'
import type { HOST_ENDS, RunRecord } from '../../model/run-record.ts'
import type { HostInterval } from '../messages.ts'

/** The end of a worker in a run. */
export interface PlaceEnd {
  readonly place: number
  readonly end: (typeof HOST_ENDS)[number]
  readonly message: string | null
  readonly loadMs: number
  /** Its intervals cover the run up to here. */
  readonly throughMs: number
  /** It may have sent load until here that is not counted; null: everything is. */
  readonly untilMs: number | null
  readonly lagMaxMs: number
  readonly overflowCount: number
  /** The distance of its clock at its end. */
  readonly clock: ClockDistance | null
  readonly own: RunRecord['hosts'][number]['own']
  readonly shards: NonNullable<HostInterval['end']>['shards']
}

type KnownEnd = Omit<PlaceEnd, 'place' | 'throughMs' | 'lagMaxMs' | 'own'>

/** The end of a worker that told nothing. */
const NOTHING_KNOWN: KnownEnd = {
  ...{ end: 'lost', message: null, loadMs: 0, shards: [], untilMs: null, overflowCount: 0 },
  clock: null,
}

/** The ends of the workers of a run: what each told, and what was found of those that told nothing. */
export class PlaceEnds {
  readonly #known = new Map<number, KnownEnd>()
  readonly #lagMaxMs = new Map<number, number>()

  /** Its counts were so long under way. */
  isLate(place: number, lagMs: number): void {
    this.#lagMaxMs.set(place, Math.max(this.#lagMaxMs.get(place) ?? 0, lagMs))
  }

  /** It told its end; that it was taken for lost before stays. */
  ended(place: number, { why, ...told }: NonNullable<HostInterval['end']>): void {
    const message = this.#known.get(place)?.message ?? null
    this.#known.set(place, { ...told, end: why, message, untilMs: null })
  }

  lost(
    place: number,
    { why, untilMs, loadMs }: { readonly why: string; readonly untilMs: number; readonly loadMs: number },
  ): void {
    const known = this.#known.get(place) ?? { ...NOTHING_KNOWN, loadMs, untilMs }
    this.#known.set(place, { ...known, message: why })
  }

  isLost(place: number): boolean {
    return (this.#known.get(place)?.message ?? null) !== null
  }

  of(place: number): Omit<PlaceEnd, 'throughMs' | 'own'> {
    const lagMaxMs = this.#lagMaxMs.get(place) ?? 0
    return { place, lagMaxMs, ...(this.#known.get(place) ?? NOTHING_KNOWN) }
  }
}
