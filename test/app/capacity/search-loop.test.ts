import * as assert from 'uvu/assert'
import { SETTINGS } from '../../../bench/capacity/methods.ts'
import { logistic, SimulatedService, type World } from '../../../bench/capacity/worlds.ts'
import { answerOf } from '../../../harness/analysis/capacity/answer.ts'
import type { MeasuredProbe } from '../../../harness/analysis/capacity/measured-probe.ts'
import { ASSUMED_P99, CapacityLimits } from '../../../harness/app/capacity/capacity-limits.ts'
import { type SearchLoads, searchUntilOver } from '../../../harness/app/capacity/search-loop.ts'
import { Random } from '../../../harness/base/random.ts'
import { interrupted } from '../../../harness/base/stop-request.ts'
import type { CapacityAnswer, CapacityRecord } from '../../../harness/model/capacity.ts'
import { describe } from '../../kit/suite.ts'

const WORLD: World = { name: 'loop', curves: [logistic(712.5, 15)], noise: 0.03, designEffect: 3 }
const PLAIN = { atLeast: null, forecast: null, strict: false }

function aSearch(changes: Partial<CapacityRecord> = {}): CapacityRecord {
  return {
    schemaVersion: 1,
    capacityId: 'capacity-1',
    scenario: 'checkout',
    by: 'rate',
    startedAt: '2026-11-21T09:00:00.000Z',
    finishedAt: '2026-11-21T09:00:00.000Z',
    loadHash: 'load',
    seed: 1,
    settings: SETTINGS,
    limits: [
      { id: 'p99', expect: 'p99(response_time) < 100ms', allowed: 0.01, p99Ms: 100, isAssumed: false },
    ],
    assumedP99Ms: null,
    referenceP95Ms: null,
    probes: [],
    answer: null,
    ...changes,
  }
}

interface Happening {
  /** Probes after which people end it. */
  readonly endsAfter?: number
  /** Number of a probe before which the service does not recover. */
  readonly lostBefore?: number
}

/** Loads on a simulated service: a probe of a number always comes out the same, whoever makes it. */
function simulatedLoads({ endsAfter, lostBefore }: Happening, asked: string[]): SearchLoads {
  return {
    reference() {
      asked.push('reference')
      return Promise.resolve(5)
    },
    recover(number) {
      asked.push(`recover before ${number}`)
      return Promise.resolve(lostBefore !== undefined && number >= lostBefore ? null : 11)
    },
    pause: () => Promise.resolve(),
    probe(number, { x, seconds }) {
      if (endsAfter !== undefined && number > endsAfter) return Promise.reject(interrupted('during a probe'))
      const service = new SimulatedService(WORLD, new Random(number, 'loop'))
      const { readings, isEarly, seconds: judged } = service.probe(x, seconds, true)
      return Promise.resolve(
        measured({
          readings: [...readings],
          seconds: judged,
          ended: isEarly ? 'early' : 'whole',
          startedPerSec: x,
        }),
      )
    },
  }
}

function measured(changes: Partial<MeasuredProbe>): MeasuredProbe {
  return {
    runId: 'run-1',
    seconds: 30,
    ended: 'whole',
    readings: [],
    reason: null,
    startedPerSec: 100,
    achievedPerSec: 100,
    p99Ms: 20,
    meanMs: 10,
    meanInFlight: 1,
    errorRatio: 0,
    requestsPerStart: 1,
    components: [],
    cautions: [],
    ...changes,
  }
}

async function searched(record: CapacityRecord, happening: Happening = {}) {
  const kept: CapacityRecord[] = []
  const asked: string[] = []
  const found = await searchUntilOver(record, new CapacityLimits([], 1), {
    loads: simulatedLoads(happening, asked),
    clock: { nowMs: () => 0, wallMs: () => 0 },
    stop: { level: 'none' },
    keep: (each) => Promise.resolve(kept.push(structuredClone(each))),
    observer: { onNext: () => undefined, onProbe: () => undefined },
  })
  return { found, kept, asked, answer: answerOf(found, PLAIN) }
}

const told = ({ ending, safe, capacity, outcome, exitCode }: CapacityAnswer) => ({
  ending,
  safe,
  capacity,
  outcome,
  exitCode,
})

describe('searchUntilOver', (test) => {
  test('searches until the safe rate is confirmed, and keeps every probe before the next one', async () => {
    const { found, kept, answer } = await searched(aSearch())

    assert.is(answer.ending, 'found')
    assert.is(answer.exitCode, 0)
    assert.equal(
      kept.map(({ probes }) => probes.length),
      Array.from({ length: found.probes.length + 1 }, (_, i) => i),
    )
  })

  test('comes to the same answer when it is killed after each probe and goes on from what was kept', async () => {
    const { kept, answer } = await searched(aSearch())

    for (const record of kept) {
      const again = await searched(record)
      assert.equal(told(again.answer), told(answer), `after ${record.probes.length} probes`)
    }
  })

  test('tells what is known when people end it', async () => {
    const { found, answer } = await searched(aSearch(), { endsAfter: 5 })

    assert.is(found.probes.length, 5)
    assert.is(answer.ending, 'cut-short')
    assert.is(answer.safe, null)
    assert.ok(answer.capacity !== null)
    assert.is(answer.exitCode, 3)
  })

  test('looks whether the service is itself again after a probe that overloaded it', async () => {
    const { found, asked } = await searched(aSearch())
    const overloads = found.probes.flatMap(({ readings, ended }, i) => {
      const [reading] = readings
      const isOver = reading?.kind === 'share' && reading.k > 0.03 * reading.n
      return isOver || ended === 'early' ? [`recover before ${i + 2}`] : []
    })

    assert.equal(asked, ['reference', ...overloads])
  })

  test('ends, without a capacity to quote, when it is not', async () => {
    const { found, answer } = await searched(aSearch(), { lostBefore: 1 })

    assert.is(answer.ending, 'not-recovered')
    assert.is(answer.exitCode, 3)
    assert.is(found.probes.at(-1)?.runId, null)
  })
})

describe('CapacityLimits', (test) => {
  const aProbe = (changes: Partial<MeasuredProbe>) => ({
    ...measured(changes),
    purpose: 'range' as const,
    x: 100,
    why: '',
    recoveredS: null,
    elapsedS: 30,
  })

  test('assume ten times the usual p99 where nobody has stated a limit', () => {
    const limits = new CapacityLimits([], null)
    const probe = limits.complete(aProbe({ p99Ms: 12 }))

    assert.is(limits.assumedP99Ms, 120)
    assert.equal(probe.readings, [{ kind: 'share', k: 0, n: 3_000, designEffect: 1 }])
    assert.equal(
      limits.objectives.map(({ id, bound }) => [id, bound]),
      [[ASSUMED_P99.id, 120]],
    )
  })

  test('do not take a probe that cannot be believed for what is usual', () => {
    const limits = new CapacityLimits([], null)
    limits.complete(aProbe({ p99Ms: 12, ended: 'void' }))

    assert.is(limits.assumedP99Ms, null)
  })
})
