/** Ways to search for a capacity, on one simulated service. */
import { CapacitySearch } from '../../harness/analysis/capacity/search.ts'
import { DEFAULT_PRIORS, type SearchPriors } from '../../harness/analysis/capacity/search-priors.ts'
import type { SearchState } from '../../harness/analysis/capacity/search-state.ts'
import type { Random } from '../../harness/base/random.ts'
import type { SearchProbe, SearchSettings } from '../../harness/model/capacity.ts'
import { ALLOWED, limitsOf, type Probed, SimulatedService, truthOf, type World } from './worlds.ts'

export const PROBE_S = 30

export const SETTINGS: SearchSettings = {
  from: 100,
  max: null,
  precision: 0.05,
  probesMax: 14,
  budgetS: Number.POSITIVE_INFINITY,
  probeS: PROBE_S,
  isWhole: false,
}

/** The result of one search. */
export interface Searched {
  readonly estimate: number | null
  readonly safe: number | null
  readonly interval: readonly [low: number, high: number] | null
  readonly probes: readonly SearchProbe[]
  /** Seconds by how far they were beyond the capacity. */
  readonly overloadS: number
}

/** The result of our own search. */
export interface OurSearched extends Searched {
  readonly state: SearchState
}

export interface OurOptions {
  readonly priors?: SearchPriors
  readonly recovers?: boolean
}

export function searchOurs(
  world: World,
  random: Random,
  { priors = DEFAULT_PRIORS, recovers = true }: OurOptions = {},
): OurSearched {
  const service = new SimulatedService(world, random)
  const truth = truthOf(world)
  const search = new CapacitySearch(limitsOf(world), SETTINGS, priors)
  const probes: SearchProbe[] = []
  let overloadS = 0
  for (let { next } = search.state; next !== null; { next } = search.state) {
    const { x, seconds, purpose } = next
    const isRecovered = !recovers || !next.recoversFirst || service.recover()
    const probed = isRecovered ? service.probe(x, seconds, true) : null
    if (probed !== null) overloadS += overloadOf(x, probed, truth)
    const made = probeOf(purpose, x, probed)
    probes.push(made)
    search.take(made)
  }
  const { state } = search
  const { capacity, safe } = state
  return {
    estimate: capacity?.median ?? null,
    safe,
    interval: capacity === null ? null : [capacity.low, capacity.high],
    probes,
    overloadS,
    state,
  }
}

function probeOf(purpose: SearchProbe['purpose'], x: number, probed: Probed | null): SearchProbe {
  if (probed === null) return { purpose, x, seconds: 0, elapsedS: 60, ended: 'not-recovered', readings: [] }
  const { seconds, isVoid, isEarly, readings } = probed
  const whole = isEarly ? 'early' : 'whole'
  return { purpose, x, seconds, elapsedS: seconds, ended: isVoid ? 'void' : whole, readings: [...readings] }
}

const overloadOf = (x: number, { seconds }: Probed, truth: number) => seconds * Math.max(0, x / truth - 1)

/** Doubles until a probe is beyond the limit, then bisects until two probes in a row are no further apart than a ratio. */
export function searchByBisection(world: World, random: Random, apart: number): Searched {
  const service = new SimulatedService(world, random)
  const truth = truthOf(world)
  const probes: SearchProbe[] = []
  let [overloadS, x] = [0, SETTINGS.from]
  let [good, bad]: [number, number | null] = [0, null]
  for (let last = 0; Math.abs(x - last) / x > apart; ) {
    service.recover()
    const probed = service.probe(x, PROBE_S, false)
    overloadS += overloadOf(x, probed, truth)
    probes.push(probeOf('range', x, probed))
    const isMet = probed.readings.every(
      (reading) => reading?.kind === 'share' && reading.k / reading.n <= ALLOWED,
    )
    if (isMet) good = x
    else bad = x
    last = x
    x = bad === null ? 2 * x : (good + bad) / 2
  }
  return { estimate: good, safe: good, interval: null, probes, overloadS }
}
