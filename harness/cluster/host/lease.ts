/**
 * The lease of a worker: whether it may send load, and until when. Pure: what is heard goes in, a state comes out. A lease
 * counts from the sending of its renewal, so that a late answer only shortens it, and needs a beat of the same coordinator: an answer
 * alone keeps nobody going.
 */
import { WANTS, type Want } from '../../model/cluster/uplink.ts'
import { FRESH_BEAT_MS, LEASE_GUARD_MS } from '../limits.ts'

export interface Lease {
  readonly leaseMs: number
  /** The highest term heard of: who speaks for a lower one has been replaced. */
  readonly term: number
  /** The sending of the last renewal that was granted; null before the first. */
  readonly renewedMs: number | null
  readonly beatMs: number | null
  /** Only ever grows. */
  readonly want: Want
  /** True: it ended while load ran, and no renewal brings it back. */
  readonly isFenced: boolean
}

export type LeaseInput =
  /** A renewal was granted. `sentMs`: when it was asked for. */
  | { readonly kind: 'granted'; readonly term: number; readonly sentMs: number }
  /** The coordinator takes the worker for lost. */
  | { readonly kind: 'refused'; readonly term: number }
  | { readonly kind: 'beat'; readonly term: number; readonly want: Want }
  /** Load runs: is there still a lease? */
  | { readonly kind: 'look' }

export function newLease(leaseMs: number, term: number): Lease {
  return { leaseMs, term, renewedMs: null, beatMs: null, want: 'run', isFenced: false }
}

/** Returns the lease after what was heard. */
export function heard(lease: Lease, input: LeaseInput, nowMs: number): Lease {
  // Who was told to end is not fenced while it does.
  if (input.kind === 'look')
    return lease.want === 'run' && nowMs >= leaseEndMs(lease) ? { ...lease, isFenced: true } : lease
  if (input.term < lease.term) return lease
  const { term } = input
  switch (input.kind) {
    case 'granted':
      return { ...lease, term, renewedMs: Math.max(lease.renewedMs ?? input.sentMs, input.sentMs) }
    case 'refused':
      return { ...lease, term, isFenced: true }
    case 'beat':
      return { ...lease, term, beatMs: nowMs, want: further(lease.want, input.want) }
  }
}

/** Returns the instant from which no load may be started; -Infinity for none. */
export function leaseEndMs({ leaseMs, renewedMs, beatMs, want, isFenced }: Lease): number {
  if (isFenced || want !== 'run' || renewedMs === null || beatMs === null) return Number.NEGATIVE_INFINITY
  return Math.min(renewedMs + leaseMs - LEASE_GUARD_MS, beatMs + leaseMs)
}

/** Tells whether load may begin: the lease holds and the coordinator was heard of just now. */
export function mayStart(lease: Lease, nowMs: number): boolean {
  return nowMs < leaseEndMs(lease) && lease.beatMs !== null && nowMs - lease.beatMs < FRESH_BEAT_MS
}

function further(a: Want, b: Want): Want {
  return WANTS.indexOf(a) >= WANTS.indexOf(b) ? a : b
}
