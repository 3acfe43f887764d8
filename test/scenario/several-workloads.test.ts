import * as assert from 'uvu/assert'
import { hashLoad, hashPlan } from '../../harness/scenario/plan-hash.ts'
import { combineDigests, digestShare } from '../../harness/workloads/digest.ts'
import { aDocument, aRequest, planOf, problemsOf } from '../kit/scenario-documents.ts'
import { describe } from '../kit/suite.ts'

type Json = Record<string, unknown>

const JOURNEYS = { browse: { weight: 3, steps: [aRequest('/')] }, buy: { steps: [aRequest('/buy')] } }

/** A document with these workloads. */
function several(workloads: Json, changes: Json = {}): Json {
  const { workload: _workload, ...rest } = aDocument({ journeys: JOURNEYS, workloads, ...changes })
  return rest
}

const visits = { pattern: 'constant-rate', rate: '50/s', duration: '60s' }
const imports = { pattern: 'constant-agents', agents: 4, duration: '20s', journeys: ['buy'] }

describe('Several workloads of a scenario', (test) => {
  test('have their places in one time, and what each demands', () => {
    const { workloads, durationMs, phases } = planOf(
      several({
        visits,
        imports: { ...imports, start: '30s' },
        night: { ...imports, after: 'visits', start: '5s' },
      }),
    )

    assert.equal(
      workloads.map(({ name, startMs, durationMs: ms, expectedIterations }) => [
        name,
        startMs,
        ms,
        expectedIterations,
      ]),
      [
        ['visits', 0, 60_000, 3_000],
        ['imports', 30_000, 20_000, null],
        ['night', 65_000, 20_000, null],
      ],
    )
    assert.is(durationMs, 85_000)
    assert.equal(
      phases.map(({ name, startMs }) => [name, startMs]),
      [
        ['visits', 0],
        ['visits+imports', 30_000],
        ['visits-2', 50_000],
        ['pause', 60_000],
        ['night', 65_000],
      ],
    )
  })

  test('walk all journeys at their weights, or those that they name', () => {
    const { workloads } = planOf(
      several({ visits, imports, mixed: { ...visits, journeys: { buy: 5, browse: 0.5 } } }),
    )

    assert.equal(
      workloads.map(({ journeys }) => journeys),
      [
        [
          { name: 'browse', weight: 3 },
          { name: 'buy', weight: 1 },
        ],
        [{ name: 'buy', weight: 1 }],
        [
          { name: 'browse', weight: 0.5 },
          { name: 'buy', weight: 5 },
        ],
      ],
    )
  })

  test('are one plan with one hash, whose shares add up', () => {
    const document = several({
      visits: { ...visits, arrivals: 'poisson' },
      imports: { ...imports, start: '30s' },
    })
    const plan = planOf(document)
    const later = planOf(
      several({ visits: { ...visits, arrivals: 'poisson' }, imports: { ...imports, start: '31s' } }),
    )
    const digestOf = (shards: number) =>
      combineDigests(Array.from({ length: shards }, (_, shard) => digestShare(plan, shard, shards)))

    assert.is(hashPlan(planOf(document)), hashPlan(plan))
    assert.is.not(hashLoad(later), hashLoad(plan))
    assert.equal([digestOf(1), digestOf(4)], [digestOf(2), digestOf(2)])
  })

  test('of one law do not send at the same instants', () => {
    const poisson = { ...visits, arrivals: 'poisson' }
    const [one, two] = planOf(several({ one: poisson, two: poisson })).workloads

    assert.is.not(one?.expectedIterations, two?.expectedIterations)
  })

  test('hash as before when there is one without a name', () => {
    const { workloads, ...rest } = planOf(aDocument())
    const before = '4ed58089a426f3de583977ceb569228b468db2d430432bdcad9618989f99d823'
    assert.is(hashPlan({ ...rest, workloads }), before)
    const [only] = workloads
    assert.is.not(hashPlan({ ...rest, workloads: [{ ...only, name: 'only' } as never] }), before)
  })

  test('let joining and warm-up be the beginning of the run', () => {
    const crowd = { pattern: 'constant-agents', agents: 4_000, duration: '60s' }
    const { phases } = planOf(several({ crowd, visits }, { warmUp: '10s' }))

    assert.equal(
      phases.map(({ name, endMs, measured }) => [name, endMs, measured]),
      [
        ['joining', 4_000, false],
        ['warm-up', 10_000, false],
        ['crowd+visits', 60_000, true],
      ],
    )
  })

  test('become longer and shorter together', () => {
    const document = several({
      visits,
      imports: { ...imports, start: '30s' },
      night: { ...imports, after: 'visits' },
    })
    const { workloads } = planOf(document, { duration: '8s' })
    const shorter = planOf(document, { shortened: { durationMs: 40_000, warmUpMs: 1_000 } })

    assert.equal(
      workloads.map(({ startMs, durationMs }) => [startMs, durationMs]),
      [
        [0, 6_000],
        [3_000, 2_000],
        [6_000, 2_000],
      ],
    )
    assert.is(shorter.durationMs, 40_000)
  })

  test('are objects of objectives', () => {
    const objectives = ['p95(response_time{workload=visits}) < 1s', 'plan_kept{workload=imports} >= 99%']
    const { objectives: parsed } = planOf(several({ visits, imports }, { objectives }))
    assert.equal(
      parsed.flatMap(({ labels }) => labels['workload'] ?? []),
      ['visits', 'imports'],
    )
    const [problem] = problemsOf(
      several({ visits, imports }, { objectives: ['error_ratio{workload=visit} < 1%'] }),
    )
    assert.equal([problem?.message, problem?.nearest], ["there is no workload 'visit'", 'visits'])
  })
})

describe('What is wrong with workloads', (test) => {
  const problemOf = (document: Json, overrides = {}) => {
    const [problem] = problemsOf(document, overrides)
    return [problem?.path, problem?.message]
  }

  test('is told with its place', () => {
    assert.equal(problemOf({ ...several({ visits }), workload: visits }), [
      'workload',
      'there are both workload and workloads',
    ])
    const { workloads: _workloads, ...none } = several({ visits })
    assert.equal(problemOf(none), ['workload', 'missing'])
    assert.equal(problemOf(several({})), ['workloads', 'empty'])
    assert.equal(problemOf(several({ visits: { ...visits, rate: '5' } }))[0], 'workloads.visits.rate')
    assert.equal(problemOf(several({ visits: { ...visits, start: '5' } }))[0], 'workloads.visits.start')
    assert.equal(problemOf(several({ visits, imports: { ...imports, after: 'visit' } })), [
      'workloads.imports.after',
      "there is no workload 'visit'",
    ])
    assert.equal(
      problemOf(
        several({ visits: { ...visits, after: 'imports' }, imports: { ...imports, after: 'visits' } }),
      )[1]?.includes('after itself'),
      true,
    )
    assert.equal(problemOf(several({ visits, imports: { ...imports, journeys: ['by'] } })), [
      'workloads.imports.journeys',
      "there is no journey 'by'",
    ])
    assert.equal(problemOf(several({ imports })), ['journeys.browse', 'no workload walks it'])
    assert.equal(problemOf(several({ visits, imports: { ...imports, journeys: {} } })), [
      'workloads.imports.journeys',
      'names no journey',
    ])
  })

  test('is a flag that does not say which of them', () => {
    assert.equal(problemOf(several({ visits }), { rate: '5/s' }), [
      '--rate',
      'there are workloads by name: visits',
    ])
  })

  test('is that there are several, where a capacity is searched', () => {
    const held = { model: 'open' as const, value: 10, durationMs: 10_000 }
    assert.match(problemOf(several({ visits, imports }), { held })[1] ?? '', /by one workload/)
  })
})
