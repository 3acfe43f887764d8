import * as assert from 'uvu/assert'
import type { HarnessError } from '../../harness/base/errors.ts'
import { resolveScenario } from '../../harness/scenario/resolve.ts'
import { aDocument, aRequest, harnessErrorOf, planOf, problemsOf } from '../kit/scenario-documents.ts'
import { describe } from '../kit/suite.ts'

function errorFor(document: unknown): HarnessError {
  try {
    planOf(document)
  } catch (error) {
    return harnessErrorOf(error, 'SCENARIO_INVALID')
  }
  throw new Error('it resolved')
}

describe('resolveScenario', (test) => {
  test('fills in everything a document leaves out', () => {
    const plan = planOf(aDocument())
    const { targets: _targets, journeys: _journeys, workloads: _workloads, objectives, ...rest } = plan

    assert.equal(rest, {
      schemaVersion: 1,
      scenario: 'test',
      environment: null,
      seed: 1,
      durationMs: 10_000,
      drainMs: 10_000,
      timeouts: { connectMs: 5_000, firstByteMs: 10_000, totalMs: 13_333 },
      retry: null,
      phases: [{ name: 'steady', startMs: 0, endMs: 10_000, measured: true }],
      connectionsPerAgent: 6,
      precision: 'normal',
      feeders: {},
      login: null,
      loginRetry: { backoffMs: 1_000, maxBackoffMs: 30_000 },
      setup: false,
      teardown: false,
      autoBaseline: false,
      builds: null,
      alerts: { channels: {}, routes: [] },
      rollback: null,
      limits: [],
      requires: [],
      probes: {},
      visuals: {},
      tracing: false,
      allowHosts: [],
      secrets: [],
    })
    assert.ok(objectives.length > 0 && objectives.every(({ builtIn }) => builtIn))
    assert.is(plan.journeys[0]?.weight, 1)
  })

  test('fills in what a picture does not say', () => {
    const mask = { x: 0, y: 0, width: 200, height: 40 }
    const { visuals } = planOf(
      aDocument({
        visuals: {
          homepage: { file: 'out.png' },
          cart: {
            command: 'shoot',
            file: 'cart.png',
            timeout: '5s',
            mean: 0.9,
            tile: 0.5,
            colour: 9,
            masks: [mask],
          },
        },
      }),
    )

    assert.equal(visuals, {
      homepage: {
        command: null,
        file: 'out.png',
        timeoutMs: 60_000,
        bounds: { meanMin: 0.95, tileMin: 0.8, colourMax: 5, masks: [] },
      },
      cart: {
        command: 'shoot',
        file: 'cart.png',
        timeoutMs: 5_000,
        bounds: { meanMin: 0.9, tileMin: 0.5, colourMax: 9, masks: [mask] },
      },
    })
  })

  test('keeps what a document says', () => {
    const plan = planOf(
      aDocument({
        seed: 77,
        drain: '3s',
        warmUp: '2s',
        connections: 8,
        allowHosts: ['shop.example'],
        objectives: ['error_ratio < 1%'],
        login: { steps: [aRequest('/login')] },
        setup: { $code: 'setup' },
        teardown: { $code: 'teardown' },
      }),
    )

    assert.equal([plan.seed, plan.drainMs, plan.targets['main']?.connections], [77, 3000, 8])
    assert.equal(
      plan.phases.map(({ name }) => name),
      ['warm-up', 'steady'],
    )
    assert.equal(
      plan.objectives.map(({ expect, builtIn }) => [expect, builtIn]),
      [
        ['error_ratio < 1%', false],
        ['downtime_ratio <= 1%', true],
      ],
    )
    assert.ok(plan.setup && plan.teardown && Array.isArray(plan.login))
  })

  test('lets agents have up to as many connections as it says, or all of them a number in common', () => {
    assert.is(planOf(aDocument({ connectionsPerAgent: 2 })).connectionsPerAgent, 2)
    assert.equal(
      problemsOf(aDocument({ connections: 8, connectionsPerAgent: 2 })).map(({ path }) => path),
      ['connectionsPerAgent'],
    )
    for (const wrong of [0, 101, 1.5])
      assert.equal(
        problemsOf(aDocument({ connectionsPerAgent: wrong })).map(({ path }) => path),
        ['connectionsPerAgent'],
      )
  })

  test('knows code by its place', () => {
    const plan = planOf(
      aDocument({ journeys: { buy: { run: { $code: 'journeys.buy.run' } } }, login: { $code: 'login' } }),
    )

    assert.is(plan.journeys[0]?.steps, null)
    assert.is(plan.login, 'code')
  })

  test('says when a failed login is tried again', () => {
    const login = { steps: [aRequest('/login')] }

    assert.equal(planOf(aDocument({ login, loginRetry: { maxBackoff: '5s' } })).loginRetry, {
      backoffMs: 1_000,
      maxBackoffMs: 5_000,
    })
    assert.equal(problemsOf(aDocument({ login, loginRetry: { backoff: '0s' } })), [
      {
        path: 'loginRetry',
        message: 'a failed login would be tried again without a pause',
        expected: 'more than 0s',
      },
    ])
    assert.equal(
      problemsOf(aDocument({ loginRetry: { backoff: '2s' } })).map(({ message }) => message),
      ['there is no login'],
    )
  })

  test('is plain data that survives being sent to a shard or a host', () => {
    const plan = planOf(
      aDocument({ target: { plugin: 'sandbox' }, journeys: { a: { steps: [{ operations: {} }] } } }),
    )

    assert.equal(JSON.parse(JSON.stringify(plan)), plan)
  })

  test('gives the same plan for the same seed', () => {
    const document = aDocument({
      workload: { pattern: 'constant-rate', rate: '9/s', duration: '3s', arrivals: 'poisson' },
    })

    assert.equal(resolveScenario(document, {}, 5), resolveScenario(document, {}, 5))
    assert.is(resolveScenario(aDocument({ seed: 3 }), {}, 5).seed, 3)
  })

  test('throws one error that counts its problems, names them and says what to do', () => {
    const { message, hint, problems, exitCode } = errorFor(aDocument({ warmUp: 5, drain: 'x' }))

    assert.is(message, 'the scenario has 2 problems')
    assert.match(hint ?? '', 'proofload check')
    assert.is(problems.length, 2)
    assert.is(exitCode, 2)
    assert.is(errorFor(aDocument({ warmUp: 5 })).message, 'the scenario has a problem')
  })

  test('refuses what is no document at all', () => {
    for (const wrong of [null, 'text', 5, []]) assert.ok(errorFor(wrong).problems.length > 0)
  })
})

/** One line of the list of bad input each: what is named, and what is suggested. */
describe('bad input', (test) => {
  const journey = (changes: Record<string, unknown>) => aDocument({ journeys: { buy: changes } })
  const only = (document: unknown) => {
    const problems = problemsOf(document)
    assert.is(problems.length, 1, JSON.stringify(problems))
    return problems[0] as (typeof problems)[number]
  }

  test('unknown key', () => {
    const { path, nearest } = only(aDocument({ objektives: [] }))
    assert.equal([path, nearest], ['objektives', 'objectives'])

    const inStep = only(journey({ steps: [{ request: { path: '/' }, expct: {} }] }))
    assert.equal([inStep.path, inStep.nearest], ['journeys.buy.steps[0].expct', 'expect'])
  })

  test('wrong unit', () => {
    const { path, message } = only(journey({ steps: [aRequest('/'), { think: '5sec' }] }))

    assert.is(path, 'journeys.buy.steps[1].think')
    assert.match(message, '"5sec" is not a duration with a unit')
  })

  test('misspelt metric', () => {
    const { path, message, nearest } = only(aDocument({ objectives: ['p99(respones_time) < 100ms'] }))

    assert.equal([path, nearest], ['objectives[0]', 'response_time'])
    assert.match(message, "there is no metric 'respones_time'")
  })

  test('objective with the wrong unit, or a meaningless function', () => {
    assert.is(only(aDocument({ objectives: ['p99(response_time) < 5%'] })).path, 'objectives[0]')
    assert.match(only(aDocument({ objectives: ['p99(error_ratio) < 5%'] })).message, 'has no meaning')
  })

  test('weight 0', () => {
    const { path, expected } = only(journey({ weight: 0, steps: [aRequest('/')] }))

    assert.equal([path, expected], ['journeys.buy.weight', 'a weight above 0'])
  })

  test('empty journey', () => {
    const { path, message, expected } = only(journey({ steps: [] }))

    assert.equal([path, message, expected], ['journeys.buy.steps', 'empty', 'at least one step'])
    assert.is(only(journey({})).path, 'journeys.buy.steps')
  })

  test('cyclic feeder', () => {
    const { path, message } = only(
      aDocument({ data: { a: { rows: [{ x: '{{b.x}}' }] }, b: { rows: [{ x: '{{a.x}}' }] } } }),
    )

    assert.is(path, 'data.a')
    assert.match(message, 'a -> b -> a')
  })

  test('unknown plugin, target, variable and pattern', () => {
    assert.is(only(aDocument({ target: { plugin: 'sandbux' } })).nearest, 'sandbox')
    assert.is(only(journey({ steps: [aRequest('/', { target: 'mian' })] })).nearest, 'main')
    assert.is(only(journey({ steps: [aRequest('/{{agent.idd}}')] })).nearest, '{{agent.id}}')
    assert.is(only(aDocument({ workload: { pattern: 'scaletest' } })).nearest, 'scale-test')
  })
})
