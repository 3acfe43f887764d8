import fc from 'fast-check'
import * as assert from 'uvu/assert'
import type { Problem } from '../../harness/base/errors.ts'
import { withUnmeasured } from '../../harness/scenario/resolve-load.ts'
import { asShares } from '../../harness/scenario/resolve-workload.ts'
import { aDocument, planOf, problemsOf } from '../kit/scenario-documents.ts'
import { describe } from '../kit/suite.ts'

const planFor = (workload: Record<string, unknown>) => planOf(aDocument({ workload }))
const phases = [
  { name: 'calm', startMs: 0, endMs: 1000 },
  { name: 'burst', startMs: 1000, endMs: 3000 },
]

describe('A setting of a workload', (test) => {
  test('is refused under a name that objects inherit, as under any other that it has not', () => {
    for (const name of ['__proto__', 'constructor', 'toString']) {
      const workload = JSON.parse(
        `{ "pattern": "constant-agents", "agents": 3, "duration": "10s", "${name}": { "agents": 1 } }`,
      )
      const [problem] = problemsOf(aDocument({ workload }))
      assert.is(problem?.path, `workload.${name}`)
      assert.is(problem?.expected, 'one of agents, duration, think, pacing, joinRate, iterations')
    }
  })

  test('is refused inside of a curve, too', () => {
    const curve = JSON.parse('{ "kind": "constant", "value": 5, "durationMs": 1000, "__proto__": 1 }')
    const [problem] = problemsOf(aDocument({ workload: { pattern: 'curve', model: 'open', curve } }))
    assert.is(problem?.path, 'workload.curve.__proto__')
  })
})

describe('resolveWorkload', (test) => {
  test('gives a closed model the agents of its peak', () => {
    assert.is(planFor({ pattern: 'constant-agents', agents: 42, duration: '1s' }).workloads[0]?.agents, 42)
    assert.is(planFor({ pattern: 'business-hours' }).workloads[0]?.agents, 250)
  })

  test('gives an open model two seconds of arrivals, between 50 and 10,000, unless it says', () => {
    const agentsAt = (rate: string, more = {}) =>
      planFor({ pattern: 'constant-rate', rate, duration: '1s', ...more }).workloads[0]?.agents

    assert.equal([agentsAt('1/s'), agentsAt('500/s'), agentsAt('9000/s')], [50, 1000, 10_000])
    assert.is(agentsAt('500/s', { agents: 7 }), 7)
  })

  test('counts the journeys a plan demands, where it demands a number', () => {
    const expected = (workload: Record<string, unknown>) => planFor(workload).workloads[0]?.expectedIterations

    assert.is(expected({ pattern: 'constant-rate', rate: '500/s', duration: '10s' }), 5000)
    assert.is(expected({ pattern: 'constant-agents', agents: 10, duration: '10s', pacing: '2s' }), 50)
    assert.is(expected({ pattern: 'constant-agents', agents: 10, duration: '10s', think: '2s' }), null)
    // Steps of 200, 400, ... 1000 agents for 10 s each, then 1200 for 60 s, each starting every 2.4 s.
    assert.is(Math.round(expected({ pattern: 'scale-test' }) ?? 0), Math.round((30_000 + 72_000) / 2.4))
  })

  test('ends by a number of iterations, which it then demands, and judges all of them', () => {
    const ending = (iterations: unknown) =>
      planFor({ pattern: 'constant-agents', agents: 5_000, duration: '10m', iterations })

    assert.equal(ending(700).workloads[0]?.iterations, { count: 700, of: 'run' })
    assert.is(ending('10 per agent').workloads[0]?.expectedIterations, 50_000)
    assert.equal(
      ending(700).phases.map(({ name }) => name),
      ['steady'],
    )
    for (const wrong of [0, 1.5, '10 per user', '-3'])
      assert.match(
        problemsOf(
          aDocument({
            workload: { pattern: 'constant-agents', agents: 1, duration: '1s', iterations: wrong },
          }),
        )[0]?.expected ?? '',
        /is not a number of iterations/,
      )
    const curve = { kind: 'constant', value: 5, durationMs: 1_000 }
    const [open] = problemsOf(
      aDocument({ workload: { pattern: 'curve', model: 'open', curve, iterations: 5 } }),
    )
    assert.match(open?.message ?? '', /`iterations` is for `model: closed`/)
  })

  test('has a mix that adds up to 1', () => {
    const { safe = 0, risky = 0, complex = 0 } = planFor({ pattern: 'maintenance' }).workloads[0]?.mix ?? {}

    assert.equal(
      [safe, risky, complex].map((part) => Math.round(part * 1000)),
      [400, 400, 200],
    )
  })
})

describe('resolvePattern', (test) => {
  test('names the nearest pattern to one that does not exist', () => {
    const [problem] = problemsOf(aDocument({ workload: { pattern: 'bussines-hours' } }))

    assert.equal([problem?.path, problem?.nearest], ['workload.pattern', 'business-hours'])
  })

  test('names the nearest setting, and shows how a number with a unit is written', () => {
    const problems = problemsOf(
      aDocument({ workload: { pattern: 'constant-rate', rte: '5/s', rate: 5, duration: '60' } }),
    )

    assert.equal(
      problems.map(({ path, nearest, expected }) => [path, nearest ?? expected]),
      [
        ['workload.rate', 'text with a unit, for example 500/s'],
        ['workload.duration', undefined],
        ['workload.rte', 'rate'],
      ],
    )
    assert.match(problems[1]?.message ?? '', '"60" is not a duration with a unit')
  })

  test('reports a curve that makes no sense', () => {
    const curve = {
      kind: 'points',
      points: [
        [5, 1],
        [9, 1],
      ],
    }

    assert.is(problemsOf(aDocument({ workload: { pattern: 'curve', model: 'open', curve } })).length, 1)
  })
})

describe('withUnmeasured', (test) => {
  const cut = (warmUpMs: number, joinMs = 0) => withUnmeasured(phases, { warmUpMs, joinMs }, [])

  test('cuts the warm-up out of the first phases', () => {
    assert.equal(cut(400), [
      { name: 'warm-up', startMs: 0, endMs: 400, measured: false },
      { name: 'calm', startMs: 400, endMs: 1000, measured: true },
      { name: 'burst', startMs: 1000, endMs: 3000, measured: true },
    ])
    assert.equal(
      cut(1000).map(({ name }) => name),
      ['warm-up', 'burst'],
    )
    assert.equal(
      cut(0).map(({ measured }) => measured),
      [true, true],
    )
  })

  test('cuts the joining out before the warm-up, which is what is left of its own time', () => {
    assert.equal(cut(400, 300), [
      { name: 'joining', startMs: 0, endMs: 300, measured: false },
      { name: 'warm-up', startMs: 300, endMs: 400, measured: false },
      { name: 'calm', startMs: 400, endMs: 1000, measured: true },
      { name: 'burst', startMs: 1000, endMs: 3000, measured: true },
    ])
    assert.equal(
      cut(400, 1200).map(({ name, endMs }) => [name, endMs]),
      [
        ['joining', 1200],
        ['burst', 3000],
      ],
    )
  })

  test('always covers the whole run without a gap', () => {
    fc.assert(
      fc.property(fc.nat({ max: 2999 }), fc.nat({ max: 2999 }), (warmUpMs, joinMs) => {
        const covered = cut(warmUpMs, joinMs)
        assert.is(covered[0]?.startMs, 0)
        assert.is(covered[covered.length - 1]?.endMs, 3000)
        for (let i = 1; i < covered.length; i++) assert.is(covered[i]?.startMs, covered[i - 1]?.endMs)
      }),
    )
  })

  test('must leave something to measure', () => {
    const problems: Problem[] = []
    withUnmeasured(phases, { warmUpMs: 3000, joinMs: 0 }, problems)
    withUnmeasured(phases, { warmUpMs: 0, joinMs: 3000 }, problems)

    assert.equal(problems, [
      {
        path: 'warmUp',
        message: 'the warm-up leaves nothing to measure',
        expected: "less than the run's 3s",
      },
      {
        path: 'workload.joinRate',
        message: "agents still join at the end of the run's 3s: nothing is left to measure",
        expected: 'a higher rate, or a longer run',
      },
    ])
  })
})

describe('asShares', (test) => {
  test('keeps proportions, in whatever unit they were given', () => {
    assert.equal(asShares({ safe: 7, risky: 2, complex: 1 }), { safe: 0.7, risky: 0.2, complex: 0.1 })
  })
})
