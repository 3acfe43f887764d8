import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { SETTINGS, searchOurs } from '../../../bench/capacity/methods.ts'
import { score } from '../../../bench/capacity/score.ts'
import { limitsOf, logistic, WORLDS, type World } from '../../../bench/capacity/worlds.ts'
import { searchState } from '../../../harness/analysis/capacity/search-from-probes.ts'
import { Random } from '../../../harness/base/random.ts'
import type { CapacityLimit, SearchProbe } from '../../../harness/model/capacity.ts'
import { describe } from '../../kit/suite.ts'

const LIMITS: readonly CapacityLimit[] = [
  { id: 'p99', expect: 'p99(response_time) < 100ms', allowed: 0.01, p99Ms: 100, isAssumed: false },
]

/** A probe of 10,000 independent requests. */
function aProbe(x: number, k: number, changes: Partial<SearchProbe> = {}): SearchProbe {
  return {
    purpose: 'range',
    x,
    seconds: 30,
    elapsedS: 36,
    ended: 'whole',
    readings: [{ kind: 'share', k, n: 10_000, designEffect: 1 }],
    ...changes,
  }
}

const stateOf = (probes: readonly SearchProbe[], changes: Partial<typeof SETTINGS> = {}) =>
  searchState(LIMITS, { ...SETTINGS, ...changes }, probes)

const world = (name: string) => WORLDS.find((each) => each.name === name) as World

describe('CapacitySearch', (test) => {
  test('begins at --from, after the service was seen to be itself', () => {
    const { next } = stateOf([])

    assert.is(next?.x, 100)
    assert.is(next?.purpose, 'range')
    assert.is(next?.recoversFirst, true)
  })

  test('doubles while every limit is met, never beyond --max', () => {
    assert.is(stateOf([aProbe(100, 10)]).next?.x, 200)
    assert.is(stateOf([aProbe(100, 10)], { max: 150 }).next?.x, 150)
  })

  test('repeats a doubtful miss once, and counts both probes together', () => {
    const doubtful = stateOf([aProbe(100, 10), aProbe(200, 112)])
    assert.is(doubtful.next?.x, 200)
    assert.is(doubtful.next?.purpose, 'range')

    assert.is(stateOf([aProbe(100, 10), aProbe(200, 112), aProbe(200, 60)]).next?.x, 400)
    assert.is(stateOf([aProbe(100, 10), aProbe(200, 112), aProbe(200, 112)]).next?.purpose, 'search')
  })

  test('halves while the first probe is missed, and gives up after six times', () => {
    const missed = [100, 50, 25, 12.5, 6.25, 3.125].map((x) => aProbe(x, 5_000))
    assert.is(stateOf(missed).next?.x, 1.5625)

    const { next, ending } = stateOf([...missed, aProbe(1.5625, 5_000)])
    assert.is(next, null)
    assert.is(ending, 'nothing-met')
  })

  test('has to see the service recovered after a probe of three times the allowed misses', () => {
    assert.is(stateOf([aProbe(100, 10), aProbe(200, 310)]).next?.recoversFirst, true)
    assert.is(stateOf([aProbe(100, 10), aProbe(200, 250)]).next?.recoversFirst, false)
  })

  test('ends where the service does not recover', () => {
    const { ending, safe } = stateOf([
      aProbe(100, 10),
      aProbe(200, 5_000),
      aProbe(150, 0, { ended: 'not-recovered', readings: [] }),
    ])
    assert.is(ending, 'not-recovered')
    assert.is(safe, null)
  })

  test('repeats a void probe once, and never takes the limit of the generator for a capacity', () => {
    const isVoid: Partial<SearchProbe> = { ended: 'void', readings: [null] }
    const repeated = stateOf([aProbe(100, 10), aProbe(200, 0, isVoid)])
    assert.is(repeated.next?.x, 200)

    const { ending, good, capacity } = stateOf([
      aProbe(100, 10),
      aProbe(200, 0, isVoid),
      aProbe(200, 0, isVoid),
    ])
    assert.is(ending, 'generator')
    assert.is(good, 100)
    assert.is(capacity, null)
  })

  test('confirms --max where it is met, and says that the capacity is at least that', () => {
    const met = [aProbe(100, 10), aProbe(200, 10)]
    assert.is(stateOf(met, { max: 200 }).next?.purpose, 'confirm')

    const done = [...met, aProbe(200, 20, { purpose: 'confirm' }), aProbe(100, 10, { purpose: 'drift' })]
    const { ending, safe, hasDrifted } = stateOf(done, { max: 200 })
    assert.is(ending, 'max-held')
    assert.is(safe, 200)
    assert.is(hasDrifted, false)
  })

  test('sees that the service has changed when the lowest probe comes out otherwise', () => {
    const done = [aProbe(100, 10), aProbe(200, 10), aProbe(200, 20, { purpose: 'confirm' })]
    assert.is(stateOf([...done, aProbe(100, 90, { purpose: 'drift' })], { max: 200 }).hasDrifted, true)
  })

  test('tries once more, lower, when the confirmation proves nothing, and then calls no rate safe', () => {
    const met = [aProbe(100, 10), aProbe(200, 10), aProbe(200, 98, { purpose: 'confirm' })]
    const again = stateOf(met, { max: 200 })
    assert.is(again.next?.purpose, 'confirm')
    assert.is(again.next?.x, 194)

    const { next, safe } = stateOf([...met, aProbe(194, 98, { purpose: 'confirm' })], { max: 200 })
    assert.is(next?.purpose, 'drift')
    assert.is(safe, null)
  })

  test('leaves time for the confirmation, and ends when there is none', () => {
    const range = [aProbe(100, 10), aProbe(200, 10), aProbe(400, 900)]
    assert.is(stateOf(range, { budgetS: 260 }).next?.purpose, 'search')
    assert.is(stateOf(range, { budgetS: 220 }).next?.purpose, 'confirm')
    assert.is(stateOf(range, { budgetS: 150 }).ending, 'cut-short')
  })

  test('probes whole numbers of agents, each once', () => {
    const small = { from: 2, isWhole: true }
    const range = [aProbe(2, 10), aProbe(4, 10), aProbe(8, 5_000)]
    const tried: number[] = []
    for (let probes = range; ; ) {
      const { next } = stateOf(probes, small)
      if (next?.purpose !== 'search') break
      tried.push(next.x)
      probes = [...probes, aProbe(next.x, next.x < 6 ? 20 : 900, { purpose: 'search' })]
    }
    assert.ok(tried.length > 0)
    assert.ok(
      tried.every((x) => Number.isInteger(x) && x > 4 && x < 8),
      tried.join(),
    )
    assert.is(new Set(tried).size, tried.length)
  })

  test('decides the same from the same probes, however they are handed over', () => {
    const drawn = fc.array(fc.record({ k: fc.integer({ min: 0, max: 400 }), isVoid: fc.boolean() }), {
      maxLength: 8,
    })
    fc.assert(
      fc.property(drawn, (outcomes) => {
        const probes: SearchProbe[] = []
        for (const { k, isVoid } of outcomes) {
          const { next } = stateOf(probes)
          if (next === null) break
          const { x, purpose } = next
          probes.push(aProbe(x, k, { purpose, ended: isVoid ? 'void' : 'whole' }))
        }
        assert.equal(stateOf(structuredClone(probes)), stateOf(probes))
      }),
      { numRuns: 20, seed: 12 },
    )
  })

  test('never probes above one and a half times what was met, once it knows both ends', () => {
    const searched = searchOurs(world('cliff'), new Random(5, 'bound'))
    const { probes } = searched
    let good = 0
    for (const { purpose, x, readings } of probes) {
      if (purpose === 'search') assert.ok(x <= 1.5 * good, `${x} after ${good}`)
      const reading = readings[0]
      if (reading?.kind === 'share' && reading.k <= 0.01 * reading.n) good = Math.max(good, x)
    }
  })

  test('comes to the same end when it is killed after each probe', () => {
    const { probes, state } = searchOurs(world('gentle'), new Random(7, 'killed'))
    for (let count = 0; count < probes.length; count++) {
      const { next } = searchState(limitsOf(world('gentle')), SETTINGS, probes.slice(0, count))
      assert.is(next?.x, probes[count]?.x, `probe ${count + 1}`)
    }
    assert.equal(searchState(limitsOf(world('gentle')), SETTINGS, probes), state)
  })

  for (const name of ['gentle', 'episodes', 'metastable'])
    test(`finds the capacity of simulated services, and calls none safe that is not: ${name}`, () => {
      const found = score(world(name), 20, 900_000, (random) => searchOurs(world(name), random))
      assert.is(found.safeTooHigh, 0)
      assert.ok(found.safe > -0.1, `safe ${found.safe}`)
      assert.ok(found.rms < 0.05, `rms ${found.rms}`)
      assert.ok(found.coverage >= 0.7, `coverage ${found.coverage}`)
    })

  test('tells the limit that is missed first from the one that comes next', () => {
    const two: World = {
      ...world('gentle'),
      name: 'two limits',
      curves: [logistic(712.5, 15), logistic(855, 15)],
    }
    const { state } = searchOurs(two, new Random(3, 'two'))
    assert.ok((state.binding[0] as number) > 0.9, `${state.binding}`)
    assert.ok((state.limits[1]?.median ?? 0) > (state.limits[0]?.median ?? 0))
  })

  test('says not-recovered of a service that never does', () => {
    const never: World = { ...world('metastable'), metastable: { loss: 0.4, never: true } }
    assert.is(searchOurs(never, new Random(4, 'never')).state.ending, 'not-recovered')
  })

  test('never takes the limit of the generator for a capacity', () => {
    const weak: World = { ...world('gentle'), generatorMax: 500 }
    const { state } = searchOurs(weak, new Random(6, 'weak'))
    assert.is(state.ending, 'generator')
    assert.is(state.safe, null)
  })
})
