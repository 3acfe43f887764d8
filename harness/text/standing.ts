/**
 * The standing of an objective, while load runs and at its end: the one function that puts the facts into a word. Terminals,
 * pages and reports show the same one, so that what was missed or never measured is nowhere shown as good.
 */
import { formatAmount, formatInUnit } from '../base/units.ts'
import { holds } from '../model/holds.ts'
import type { ObjectiveStatus } from '../model/live-view.ts'
import type { ObjectiveResult } from '../model/objective-result.ts'
import { secondsText } from './figure-text.ts'

/** The worst first. */
const STANDINGS = [
  'failing',
  'missed',
  'above limit',
  'below limit',
  'suspended',
  'no data',
  'unproven',
  'back within limit',
  'measuring',
  'at the end',
  'met so far',
  'met',
] as const
export type Standing = (typeof STANDINGS)[number]

/** The result of the whole run, or the facts while it goes on. */
type Facts = { readonly outcome: ObjectiveResult['outcome'] } | ObjectiveStatus

export function standingOf(facts: Facts): Standing {
  const { outcome } = facts
  if (outcome !== null) return outcome === 'no-data' ? 'no data' : outcome
  return liveStanding(facts as ObjectiveStatus)
}

function liveStanding(status: ObjectiveStatus): Standing {
  const { state, observed, missing, isSuspended, op } = status
  const beyond = op.startsWith('<') ? 'above limit' : 'below limit'
  if (state === 'firing') return 'failing'
  if (isSuspended) return 'suspended'
  if (state === 'pending') return beyond
  if (observed === null) return state === 'not-watched' ? 'at the end' : 'no data'
  if (!holds(observed, op, status.bound)) return missing?.isRequired === true ? 'measuring' : beyond
  if (state === 'recovering') return 'back within limit'
  return missing === null ? 'met so far' : 'measuring'
}

const GOOD: ReadonlySet<Standing> = new Set(['met so far', 'met'])
const BAD: ReadonlySet<Standing> = new Set(['failing', 'missed'])
const QUIET: ReadonlySet<Standing> = new Set(['measuring', 'at the end'])

/** Good only for what was measured and keeps its bound. */
export function standingTone(standing: Standing): 'good' | 'bad' | 'warn' | 'quiet' {
  if (GOOD.has(standing)) return 'good'
  if (BAD.has(standing)) return 'bad'
  return QUIET.has(standing) ? 'quiet' : 'warn'
}

/** Orders by standing, the worst first. */
export function byStanding(a: Facts, b: Facts): number {
  return STANDINGS.indexOf(standingOf(a)) - STANDINGS.indexOf(standingOf(b))
}

/** The number of objectives of each standing, the worst first. */
export function standingCounts(all: readonly Facts[]): ReadonlyMap<Standing, number> {
  const counts = new Map<Standing, number>()
  for (const facts of all.toSorted(byStanding)) {
    const standing = standingOf(facts)
    counts.set(standing, (counts.get(standing) ?? 0) + 1)
  }
  return counts
}

/** `measuring (300 more requests)`, `above limit (fails in 3s)`, `met so far`. */
export function standingText(status: ObjectiveStatus, nowMs: number): string {
  const standing = standingOf(status)
  const note = standingNote(status, nowMs)
  return note === '' ? standing : `${standing} (${note})`
}

/** The rest of the word: the samples that are missing, or the time until it fails; '' for the others. */
export function standingNote(status: ObjectiveStatus, nowMs: number): string {
  const { missing, firesAtMs, state } = status
  if (standingOf(status) === 'measuring' && missing !== null) {
    const { count, noun } = missing
    return `${formatAmount(count, `more ${noun}`)}`
  }
  if (state !== 'pending' || firesAtMs === null || status.isSuspended || status.outcome !== null) return ''
  const leftMs = firesAtMs - nowMs
  return leftMs > 0 ? `fails in ${secondsText(leftMs)}` : 'fails now'
}

/** `232ms, limit < 100ms`: the value by now beside its bound; a dash where nothing was measured. */
export function valueText({
  observed,
  op,
  bound,
  unit,
}: Pick<ObjectiveStatus, 'observed' | 'op' | 'bound' | 'unit'>): string {
  const value = observed === null ? '-' : formatInUnit(observed, unit)
  return `${value}, limit ${op} ${formatInUnit(bound, unit)}`
}
