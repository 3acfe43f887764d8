/** A search as people watch it: its posterior as a bar, its probes, what is next, and the time left. */
import type { CapacityProbe, CapacityRecord } from '../../model/capacity.ts'
import type { LiveSearch, ProbeStanding, SearchBar } from '../../model/live-search.ts'
import { standingOfAll } from './limit-reading.ts'
import type { SearchState } from './search-state.ts'

const CELLS = 24

type Searched = Pick<CapacityRecord, 'by' | 'limits' | 'settings' | 'probes'>

export function liveSearchOf({ by, limits, settings, probes }: Searched, state: SearchState): LiveSearch {
  const { capacity, good, bad, next } = state
  const spentS = probes.reduce((total, { elapsedS }) => total + elapsedS, 0)
  return {
    by,
    met: good,
    missed: bad,
    capacity: capacity === null ? null : { low: capacity.low, median: capacity.median, high: capacity.high },
    bar: barOf(state, probes),
    requestsPerStart:
      probes.find(({ requestsPerStart }) => requestsPerStart !== null)?.requestsPerStart ?? null,
    probes: probes.map((probe) => ({
      ...{ purpose: probe.purpose, x: probe.x, achievedPerSec: probe.achievedPerSec, p99Ms: probe.p99Ms },
      standing: standingOfProbe(probe, limits),
    })),
    next: next === null ? null : { purpose: next.purpose, x: next.x, seconds: next.seconds, why: next.why },
    leftS: Math.max(0, settings.budgetS - spentS),
  }
}

function standingOfProbe(probe: CapacityProbe, limits: Searched['limits']): ProbeStanding {
  if (probe.ended === 'void') return 'void'
  return standingOfAll([probe], limits) ?? 'void'
}

/** From the lowest to the highest of what is possible and of what was probed near it. */
function barOf({ spread, good, bad }: SearchState, probes: Searched['probes']): SearchBar | null {
  const [low, high] = [spread[0], spread.at(-1)]
  if (low === undefined || high === undefined || good === null || bad === null) return null
  const near = probes.map(({ x }) => x).filter((x) => x >= good / 2 && x <= 2 * bad)
  const [from, to] = [Math.min(low, good, ...near), Math.max(high, bad, ...near)]
  const width = Math.log(to / from) / CELLS
  const edges = Array.from({ length: CELLS + 1 }, (_, i) => from * Math.exp(i * width))
  const below = edges.map((x) => shareBelow(x, spread))
  const shares = below.slice(1).map((share, i) => share - (below[i] as number))
  const most = Math.max(...shares)
  return { from, to, cells: shares.map((share) => (most === 0 ? 0 : share / most)) }
}

/** The share of the points of equal probability that lie below x, straight between two of them. */
function shareBelow(x: number, spread: readonly number[]): number {
  const above = spread.findIndex((point) => point > x)
  if (above === 0) return 0
  if (above < 0) return 1
  const [before, after] = [spread[above - 1] as number, spread[above] as number]
  return (above - 1 + Math.log(x / before) / Math.log(after / before)) / (spread.length - 1)
}
