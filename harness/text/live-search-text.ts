/** A search as it goes on, in lines of text: for the terminal, and for the head of its panel. */
import { formatDurationMs } from '../base/units.ts'
import type { LiveSearch, ProbeStanding } from '../model/live-search.ts'
import { intervalText, xText } from './capacity-text.ts'
import { wholeTime } from './critical-path-text.ts'

const SHADES = ' .:+#'
const SIGNS: Readonly<Record<ProbeStanding, string>> = { met: 'o', doubtful: '?', missed: 'x', void: '-' }

/** `capacity 712 req/s (90 %: 688 to 741)`; before there is a range, what was met. */
export function knownText(search: LiveSearch): string {
  const { capacity, met, missed } = search
  if (capacity !== null)
    return `capacity ${loadText(capacity.median, search)} (90 %: ${intervalText(capacity)})`
  const good = met === null ? 'none is met yet' : `${loadText(met, search)} is met`
  return missed === null ? good : `${good}, ${loadText(missed, search)} is not`
}

/** `next: search at 705 req/s for 30s (30 % of the possible capacities are below it); at most 12m left` */
export function nextText(search: LiveSearch): string {
  const { next, leftS } = search
  if (next === null) return 'the search is over'
  const left = wholeTime(1000 * leftS)
  return `next: ${next.purpose} at ${loadText(next.x, search)} for ${formatDurationMs(1000 * next.seconds)} (${next.why}); at most ${left} left`
}

/** The posterior as a bar, and the probes under it: met o, missed x, doubtful ?. None before there is a range. */
export function barLines(search: LiveSearch): string[] {
  const { bar, probes } = search
  if (bar === null) return []
  const [from, to] = [loadText(bar.from, search), loadText(bar.to, search)]
  const shades = bar.cells.map((share) => SHADES[Math.round(share * (SHADES.length - 1))])
  const marks = bar.cells.map((_, cell) => {
    const there = probes.filter(({ x }) => cellOf(x, bar) === cell)
    const [first] = [...new Set(there.map(({ standing }) => SIGNS[standing]))]
    return first ?? ' '
  })
  return [`${from} [${shades.join('')}] ${to}`, `${' '.repeat(from.length + 2)}${marks.join('')}`.trimEnd()]
}

/** The place of x on a bar, 0-1; null beyond it. */
export function placeOf(x: number, { from, to }: NonNullable<LiveSearch['bar']>): number | null {
  const place = Math.log(x / from) / Math.log(to / from)
  return place < 0 || place > 1 ? null : place
}

function cellOf(x: number, bar: NonNullable<LiveSearch['bar']>): number | null {
  const place = placeOf(x, bar)
  return place === null ? null : Math.min(bar.cells.length - 1, Math.floor(place * bar.cells.length))
}

/** A load as the search has it. */
export function loadText(x: number, { by, requestsPerStart }: LiveSearch): string {
  return xText(x, { by, probes: [{ requestsPerStart }] })
}
