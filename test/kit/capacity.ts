/** Searches for a capacity that have been made: of a service that is simulated, always the same. */
import { SETTINGS } from '../../bench/capacity/methods.ts'
import { limitsOf, logistic, SimulatedService, type World } from '../../bench/capacity/worlds.ts'
import { type AnswerOptions, answerOf } from '../../harness/analysis/capacity/answer.ts'
import { demandFuture } from '../../harness/analysis/capacity/demand-future.ts'
import { liveSearchOf } from '../../harness/analysis/capacity/live-search.ts'
import { CapacitySearch } from '../../harness/analysis/capacity/search.ts'
import { searchState } from '../../harness/analysis/capacity/search-from-probes.ts'
import type { NextProbe } from '../../harness/analysis/capacity/search-state.ts'
import { historySearchOf } from '../../harness/app/capacity/history-search.ts'
import { Random } from '../../harness/base/random.ts'
import type { CapacityProbe, CapacityRecord } from '../../harness/model/capacity.ts'
import type { CapacityForecast } from '../../harness/model/capacity-forecast.ts'
import type { HistorySearch } from '../../harness/model/history.ts'
import type { LiveSearch } from '../../harness/model/live-search.ts'
import type { AnsweredCapacity } from '../../harness/text/capacity-text.ts'
import { aRecord } from './builders.ts'

const CAPACITY = 712.5
const WORLD: World = {
  name: 'kit',
  curves: [logistic(CAPACITY, 15), logistic(1.3 * CAPACITY, 15)],
  noise: 0.02,
  designEffect: 2,
}
const LIMITS = [
  { id: 'p99', expect: 'p99(response_time) < 100ms', allowed: 0.01, p99Ms: 100, isAssumed: false },
  { id: 'errors', expect: 'error_ratio <= 1%', allowed: 0.01, p99Ms: null, isAssumed: false },
]

/** A search to its end. @param options of the answer */
export function aFinishedSearch(options: Partial<AnswerOptions> = {}): AnsweredCapacity {
  const service = new SimulatedService(WORLD, new Random(1, WORLD.name))
  const search = new CapacitySearch(limitsOf(WORLD), SETTINGS)
  const probes: CapacityProbe[] = []
  for (let { next } = search.state; next !== null; { next } = search.state) {
    const probe = probeOf(next, service, probes.length + 1)
    probes.push(probe)
    search.take(probe)
  }
  const record: CapacityRecord = {
    schemaVersion: 1,
    capacityId: 'capacity-20261121-093005-4f2a',
    scenario: 'checkout',
    by: 'rate',
    startedAt: '2026-11-21T09:30:05.000Z',
    finishedAt: '2026-11-21T09:39:12.000Z',
    loadHash: 'load',
    seed: 1,
    settings: SETTINGS,
    limits: LIMITS,
    assumedP99Ms: null,
    referenceP95Ms: 12,
    probes,
    answer: null,
  }
  const answer = answerOf(record, { atLeast: null, forecast: null, strict: false, ...options })
  return { ...record, answer }
}

function probeOf(
  { x, seconds, purpose, why, recoversFirst }: NextProbe,
  service: SimulatedService,
  i: number,
) {
  const { readings, isEarly, seconds: judged } = service.probe(x, seconds, true)
  const load = x / CAPACITY
  const achieved = Math.min(x, 1.15 * CAPACITY)
  const meanMs = 12 / Math.max(0.05, 1.1 - load)
  return {
    purpose,
    x,
    seconds: judged,
    elapsedS: judged + 7,
    ended: isEarly ? 'early' : 'whole',
    readings: [...readings],
    runId: `capacity-20261121-093005-4f2a-probe-${i}`,
    why,
    reason: isEarly ? 'p99(response_time) < 100ms is missed for sure' : null,
    recoveredS: recoversFirst ? 4 + Math.max(0, 20 * (load - 1)) : null,
    startedPerSec: x,
    achievedPerSec: achieved,
    p99Ms: 12 + 88 * Math.max(0.05, load) ** 6,
    meanMs,
    meanInFlight: (achieved * meanMs) / 1000,
    errorRatio: Math.max(0, 0.05 * (load - 1)),
    requestsPerStart: 1,
    components: [{ name: 'policy', ratio: Math.min(0.9, 0.4 + 0.4 * load) }],
    cautions: [],
  } satisfies CapacityProbe
}

/** The search of every night: a search takes a second of computing. */
let finished: AnsweredCapacity | undefined

/** A search of the n-th night, as the history keeps it. @param factor by which its capacity is another */
export function aHistorySearch(
  night: number,
  changes: Partial<HistorySearch> = {},
  factor = 1,
): HistorySearch {
  const { environment } = aRecord({ okMs: [5] })
  finished ??= aFinishedSearch()
  const found = historySearchOf(finished, environment, { build: `build-${night}`, scenarioHash: null })
  const { capacity, safe } = found.answer
  return {
    ...found,
    id: `capacity-${night}`,
    scenario: 'test',
    startedAt: new Date(Date.UTC(2026, 0, 1 + night)).toISOString(),
    answer: {
      ...found.answer,
      safe: safe === null ? null : factor * safe,
      capacity:
        capacity === null
          ? null
          : {
              ...capacity,
              low: factor * capacity.low,
              median: factor * capacity.median,
              high: factor * capacity.high,
            },
    },
    ...changes,
  }
}

/** The search before its last probe, as it is watched. */
export function aLiveSearch(): LiveSearch {
  const whole = aFinishedSearch()
  const record = { ...whole, probes: whole.probes.slice(0, -1) }
  return liveSearchOf(record, searchState(record.limits, record.settings, record.probes))
}

/** A forecast from five nights. */
export function aForecast(): CapacityForecast {
  const given = { demand: 350, growth: 0.04, reserve: 0.3, instances: 4 }
  const safes = [660, 690, 720, 700, 640]
  return {
    ...{ schemaVersion: 1, scenario: 'checkout', by: 'rate', at: '2026-11-21T09:30:05.000Z', ...given },
    ...{ demandQuery: null, requestsPerStart: 1, olderCount: 2, endsOn: '2027-07-20T00:00:00.000Z' },
    searches: safes.map((safe, i) => ({
      id: `capacity-${i}`,
      startedAt: new Date(Date.UTC(2026, 10, 1 + i)).toISOString(),
      build: `build-${i}`,
      safe,
    })),
    ...demandFuture(safes, given),
  }
}
