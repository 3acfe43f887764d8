/**
 * The leases that a coordinator grants. Pure: what happens goes in, a state and its answers come out. It may grant only while it
 * leads, which its last append to the log shows; a worker is lost when its last lease has ended for sure.
 */
import { DEAD_AFTER_MS } from '../limits.ts'

/** One worker on its place. */
export interface Grant {
  readonly place: number
  readonly worker: string
  readonly instance: string
  readonly epoch: number
  /** The instant of the last grant. */
  readonly grantedMs: number
  /** `ended`: it has said that it sends no more. */
  readonly state: 'live' | 'lost' | 'ended'
}

export interface Grants {
  readonly term: number
  readonly leaseMs: number
  /** The beginning of the last append that succeeded. */
  readonly appendedMs: number
  readonly places: readonly Grant[]
}

export type GrantInput =
  | { readonly kind: 'appended'; readonly beganMs: number }
  | { readonly kind: 'ended'; readonly place: number }
  | { readonly kind: 'tick' }

export interface RenewalAsked {
  readonly worker: string
  readonly instance: string
  readonly term: number
  readonly epoch: number
}

/** Answers a renewal. `refused`: why not; `isFinal`: it never will be. */
export function renewal(
  grants: Grants,
  asked: RenewalAsked,
  nowMs: number,
): { readonly grants: Grants; readonly refused: string | null; readonly isFinal: boolean } {
  const place = grants.places.find(({ worker }) => worker === asked.worker)
  const refuse = (refused: string, isFinal = true) => ({ grants, refused, isFinal })
  if (place === undefined) return refuse('it has no place in this run')
  if (asked.instance !== place.instance) return refuse('another process of this name has the place')
  if (asked.term > grants.term) return refuse('another coordinator leads')
  if (asked.epoch !== place.epoch || place.state === 'lost') return refuse('it was taken for lost')
  if (nowMs - grants.appendedMs >= grants.leaseMs / 2)
    return refuse('the coordinator cannot write to the log', false)
  return { grants: withPlace(grants, { ...place, grantedMs: nowMs }), refused: null, isFinal: false }
}

/** Returns the grants after what happened, and the places that were lost by it. */
export function granted(
  grants: Grants,
  input: GrantInput,
  nowMs: number,
): { readonly grants: Grants; readonly lost: readonly Grant[] } {
  if (input.kind === 'appended')
    return { grants: { ...grants, appendedMs: Math.max(grants.appendedMs, input.beganMs) }, lost: [] }
  if (input.kind === 'ended') {
    const places = grants.places.map((place) =>
      place.place === input.place && place.state === 'live' ? { ...place, state: 'ended' as const } : place,
    )
    return { grants: { ...grants, places }, lost: [] }
  }
  const lost = grants.places.filter(
    ({ state, grantedMs }) => state === 'live' && nowMs > grantedMs + grants.leaseMs + DEAD_AFTER_MS,
  )
  return {
    grants: lost.reduce((all, place) => withPlace(all, { ...place, state: 'lost' }), grants),
    lost,
  }
}

function withPlace(grants: Grants, changed: Grant): Grants {
  return {
    ...grants,
    places: grants.places.map((place) => (place.place === changed.place ? changed : place)),
  }
}
