import * as assert from 'uvu/assert'
import type { RequestStepPlan, StepPlan } from '../../harness/model/plan.ts'
import { ESCALATIONS, OPERATIONS } from '../../harness/targets/sandbox/catalogue.ts'
import { aDocument, aRequest, planOf, problemsOf } from '../kit/scenario-documents.ts'
import { describe } from '../kit/suite.ts'

const withSteps = (steps: readonly unknown[], changes: Record<string, unknown> = {}) =>
  aDocument({ journeys: { buy: { steps } }, ...changes })

function stepsOf(steps: readonly unknown[], changes: Record<string, unknown> = {}): readonly StepPlan[] {
  return planOf(withSteps(steps, changes)).journeys[0]?.steps ?? []
}

const requestOf = (step: unknown, changes: Record<string, unknown> = {}) =>
  stepsOf([step], changes)[0] as RequestStepPlan

describe('a request', (test) => {
  test('gets every default', () => {
    assert.equal(requestOf(aRequest('/items/42')), {
      kind: 'request',
      target: 'main',
      name: 'GET /items/:id',
      request: { method: 'GET', path: '/items/42' },
      timeouts: { connectMs: 5000, firstByteMs: 10_000, totalMs: 13_333 },
      expect: [],
      extract: {},
      retry: null,
      followUps: [],
    })
  })

  test('keeps what it says itself', () => {
    const step = requestOf(
      aRequest('/items', {
        step: 'list',
        component: 'catalogue',
        expect: { status: [200, 304], maxBytes: 9 },
        extract: { id: 'json:items[0].id' },
      }),
    )

    assert.is(step.name, 'list')
    assert.is(step.component, 'catalogue')
    assert.equal(step.expect, [
      { kind: 'status', value: [200, 304] },
      { kind: 'maxBytes', value: 9 },
    ])
    assert.equal(step.extract, { id: 'json:items[0].id' })
  })

  test('inherits timeouts one by one: its own, the scenario, the default', () => {
    const step = requestOf(aRequest('/', { timeouts: { total: '1s' } }), {
      timeouts: { total: '9s', firstByte: '2s' },
    })

    assert.equal(step.timeouts, { connectMs: 5000, firstByteMs: 2000, totalMs: 1000 })
  })

  test('inherits the retry as a whole, with its defaults filled in', () => {
    const changes = { retry: { attempts: 4, backoff: '1s' } }
    const { retry } = requestOf(aRequest('/'), changes)

    assert.is(retry?.attempts, 4)
    assert.equal(retry?.backoff, { baseMs: 1000, factor: 2, maxMs: 10_000, jitterRatio: 0.5 })
    assert.ok(retry?.on.includes('reset') && retry.on.includes('status'))
    for (const kind of ['none', 'expectation', 'code', 'aborted'])
      assert.not.ok(retry?.on.includes(kind), kind)
    assert.is(requestOf(aRequest('/', { retry: { attempts: 2 } }), changes).retry?.backoff.baseMs, 200)
  })

  test('goes to the target it names, in the format of that plugin', () => {
    const handler = { $code: 'targets.code.config.handler' }
    const changes = { targets: { code: { plugin: 'function', config: { handler } } } }
    const step = requestOf({ request: { input: 5 }, target: 'code' }, changes)

    assert.equal([step.target, step.name, step.request], ['code', 'call', { input: 5 }])
    const problems = problemsOf(withSteps([aRequest('/', { target: 'code' })], changes))
    assert.ok(problems.some(({ path }) => path === 'journeys.buy.steps[0].request.path'))
  })

  test('names the nearest target to one that does not exist', () => {
    const [problem] = problemsOf(withSteps([aRequest('/', { target: 'mian' })]))

    assert.equal([problem?.path, problem?.nearest], ['journeys.buy.steps[0].target', 'main'])
  })

  test('says what is wrong with a request, an expectation and an extraction, where it stands', () => {
    const problems = problemsOf(
      withSteps([
        { request: { path: '/', jsn: {} } },
        aRequest('/', { extract: { id: 'jsn:id', ok: 'regex:(' } }),
      ]),
    )

    assert.equal(
      problems.map(({ path }) => path),
      [
        'journeys.buy.steps[0].request.jsn',
        'journeys.buy.steps[1].extract.id',
        'journeys.buy.steps[1].extract.ok',
      ],
    )
    assert.is(problems[0]?.nearest, 'json')
    assert.is(
      problemsOf(withSteps([aRequest('/', { expect: { body: { matches: '(' } } })]))[0]?.path,
      'journeys.buy.steps[0].expect.body.matches',
    )
  })
})

describe('think time', (test) => {
  test('is a range of milliseconds', () => {
    const [, fixed, range] = stepsOf([aRequest('/'), { think: '2s' }, { think: '500ms..2s' }])

    assert.equal(fixed, { kind: 'think', time: { minMs: 2000, maxMs: 2000 } })
    assert.equal(range, { kind: 'think', time: { minMs: 500, maxMs: 2000 } })
  })

  test('alone is no journey: it would go round without a request', () => {
    assert.equal(problemsOf(withSteps([{ think: '0s' }])), [
      { path: 'journeys.buy.steps', message: 'nothing but think time', expected: 'at least one request' },
    ])
  })
})

describe('operations', (test) => {
  const sandbox = { target: { plugin: 'sandbox' } }
  const choice = (operations: unknown, changes: Record<string, unknown> = {}) =>
    stepsOf([{ operations }], { ...sandbox, ...changes })[0] as Extract<StepPlan, { kind: 'choice' }>
  const weightOf = (step: ReturnType<typeof choice>, name: string) =>
    step.alternatives.reduce(
      (sum, alternative) => sum + (alternative.step.name === name ? alternative.weight : 0),
      0,
    )

  test('choose among every command of the catalogue, recorded under its class', () => {
    const { alternatives } = choice({})

    assert.is(alternatives.length, OPERATIONS.length)
    assert.equal([...new Set(alternatives.map(({ step }) => step.name))], ['safe', 'risky', 'complex'])
  })

  test('choose the class by the mix of the workload, or by their own', () => {
    const shares = (step: ReturnType<typeof choice>) =>
      ['safe', 'risky', 'complex'].map((name) => Math.round(weightOf(step, name) * 1000))

    assert.equal(shares(choice({}, { workload: { pattern: 'incident' } })), [300, 400, 300])
    assert.equal(shares(choice({ mix: { safe: 1, risky: 3, complex: 0 } })), [1000, 3000, 0])
  })

  test('let complex commands, and only those, be followed by one of four escalations', () => {
    for (const { step } of choice({}).alternatives) {
      assert.equal(
        step.followUps.map(({ kind, probability }) => [kind, probability]),
        step.name === 'complex' ? ESCALATIONS.map(({ kind, probability }) => [kind, probability]) : [],
      )
    }
    const [followUp] =
      choice({ mix: { safe: 0, risky: 0, complex: 1 } }).alternatives[0]?.step.followUps ?? []
    assert.is(followUp?.step.name, 'escalation/security-review')
    assert.is(followUp?.step.request['method'], 'POST')
  })

  test('pass target, retry and timeouts on to every command', () => {
    const step = choice(
      { target: 'api', retry: { attempts: 3 }, timeouts: { total: '1s' } },
      { targets: { api: { plugin: 'sandbox' } } },
    )

    for (const { step: command } of step.alternatives)
      for (const request of [command, ...command.followUps.map((followUp) => followUp.step)]) {
        assert.is(request.target, 'api')
        assert.is(request.retry?.attempts, 3)
        assert.is(request.timeouts.totalMs, 1000)
      }
  })

  test('need a share above 0, and say once when their target does not exist', () => {
    const none = { safe: 0, risky: 0, complex: 0 }

    assert.is(
      problemsOf(withSteps([{ operations: { mix: none } }], sandbox))[0]?.path,
      'journeys.buy.steps[0].operations.mix',
    )
    assert.equal(
      problemsOf(withSteps([{ operations: { target: 'mian' } }], sandbox)).map(({ path }) => path),
      ['journeys.buy.steps[0].operations.target'],
    )
  })
})
