import * as assert from 'uvu/assert'
import { longestWaitMs, type StepPlan } from '../../harness/model/plan.ts'
import { plannedRequests } from '../../harness/model/plan-steps.ts'
import { hashPlan } from '../../harness/scenario/plan-hash.ts'
import { aDocument, aRequest, planOf, problemsOf } from '../kit/scenario-documents.ts'
import { describe } from '../kit/suite.ts'

const withSteps = (...steps: unknown[]) => aDocument({ journeys: { buy: { steps } } })
const stepsOf = (...steps: unknown[]): readonly StepPlan[] =>
  planOf(withSteps(...steps)).journeys[0]?.steps ?? []
const ask = aRequest('/status', { extract: { status: 'json:status' } })
const isPaid = { variable: 'status', equals: 'paid' }

describe('Steps that hold others', (test) => {
  test('are resolved with the steps inside them', () => {
    const [, counted, bounded, branch, cases] = stepsOf(
      ask,
      { repeat: 3, steps: [aRequest('/a'), { think: '1s' }] },
      { repeat: { while: { not: isPaid }, atMost: 9 }, steps: [ask] },
      { if: isPaid, steps: [aRequest('/b')] },
      {
        switch: 'status',
        cases: { paid: [aRequest('/c')], open: [{ think: '1s' }] },
        else: [aRequest('/d')],
      },
    )
    const kinds = (steps: readonly StepPlan[] = []) => steps.map(({ kind }) => kind)

    assert.ok(counted?.kind === 'repeat' && bounded?.kind === 'repeat' && branch?.kind === 'if')
    assert.ok(cases?.kind === 'switch')
    assert.equal([counted.times, counted.while, kinds(counted.steps)], [3, null, ['request', 'think']])
    assert.equal([bounded.times, bounded.while, bounded.until], [9, { not: isPaid }, null])
    assert.equal([branch.condition, kinds(branch.steps), branch.else], [isPaid, ['request'], []])
    assert.equal(
      cases.cases.map(({ value, steps }) => [value, kinds(steps)]),
      [
        ['paid', ['request']],
        ['open', ['think']],
      ],
    )
    assert.equal(kinds(cases.else), ['request'])
  })

  test('are named groups, and paces', () => {
    const document = withSteps({ pace: '5s' }, { group: 'checkout', steps: [ask] })
    assert.equal(
      planOf(document).journeys[0]?.steps?.map((step) => ({ ...step, steps: undefined })),
      [
        { kind: 'pace', everyMs: 5_000, steps: undefined },
        { kind: 'group', name: 'checkout', steps: undefined },
      ],
    )
    const [wrong] = problemsOf({ ...document, objectives: ['p95(group_time{group=chekout}) < 2s'] })
    assert.equal([wrong?.message, wrong?.nearest], ["there is no group 'chekout'", 'checkout'])
    assert.equal(
      problemsOf({
        ...document,
        objectives: ['p95(group_time{group=checkout}) < 2s', 'group_failed_ratio < 1%'],
      }),
      [],
    )
  })

  test('count as their requests do: names, timeouts, commands', () => {
    const inner = aRequest('/a', { step: 'inner', timeouts: { firstByte: '50s' } })
    const plan = planOf({
      ...withSteps({ repeat: 2, steps: [{ if: { variable: 'agent.id', above: 3 }, steps: [inner] }] }),
      objectives: ['p95(response_time{step=inner}) < 1s'],
    })
    assert.equal(
      plannedRequests(plan).map(({ name }) => name),
      ['inner'],
    )
    assert.ok(longestWaitMs(plan) > 50_000)
  })

  test('change the hash of a plan, and their absence does not', () => {
    const hashes = [
      withSteps(ask),
      withSteps({ repeat: 1, steps: [ask] }),
      withSteps({ repeat: 2, steps: [ask] }),
      withSteps({ repeat: { while: isPaid, atMost: 2 }, steps: [ask] }),
      withSteps({ repeat: { until: isPaid, atMost: 2 }, steps: [ask] }),
    ].map((document) => hashPlan(planOf(document)))
    assert.is(new Set(hashes).size, 5)
  })

  for (const [what, step, path, message] of [
    ['at once, of which there is one', { parallel: [ask] }, 'journeys.buy.steps[1].parallel', null],
    [
      'at once, of which one is no request',
      { parallel: [ask, { think: '1s' }] },
      'journeys.buy.steps[1].parallel[1].request',
      'missing',
    ],
    [
      'that wait for more agents than there are',
      { rendezvous: { agents: 4, timeout: '1s' } },
      'journeys.buy.steps[1].rendezvous.agents',
      '4 agents will never come: the run has 3',
    ],
    ['without rounds', { repeat: 0, steps: [ask] }, 'journeys.buy.steps[1].repeat', '0 does not fit'],
    [
      'without an end',
      { repeat: { while: isPaid }, steps: [ask] },
      'journeys.buy.steps[1].repeat.atMost',
      'missing',
    ],
    [
      'with a misspelt key',
      { repeat: { while: isPaid, atmost: 3 }, steps: [ask] },
      'journeys.buy.steps[1].repeat.atmost',
      "there is no key 'atmost'",
    ],
    ['without steps', { if: isPaid, steps: [] }, 'journeys.buy.steps[1].steps', 'empty'],
    [
      'with a bad step inside',
      { if: isPaid, steps: [{ think: 'long' }] },
      'journeys.buy.steps[1].steps[0].think',
      null,
    ],
    [
      'with a test that is none',
      { if: { variable: 'status', equal: 'paid' }, steps: [ask] },
      'journeys.buy.steps[1].if.equal',
      "there is no key 'equal'",
    ],
    ['without a test', { if: { variable: 'status' }, steps: [ask] }, 'journeys.buy.steps[1].if', null],
    [
      'with a pattern that is none',
      { if: { variable: 'status', matches: '(' }, steps: [ask] },
      'journeys.buy.steps[1].if.matches',
      null,
    ],
    [
      'on a variable that nothing sets',
      { if: { all: [isPaid, { not: { variable: 'statuz', exists: true } }] }, steps: [ask] },
      'journeys.buy.steps[1].if.all[1].not.variable',
      "there is no variable 'statuz'",
    ],
    [
      'with a value of a variable that nothing sets',
      { if: { variable: 'status', equals: '{{wanted}}' }, steps: [ask] },
      'journeys.buy.steps[1].if.equals',
      "there is no variable 'wanted'",
    ],
    [
      'that switch on a variable that nothing sets',
      { switch: 'state', cases: { a: [ask] } },
      'journeys.buy.steps[1].switch',
      "there is no variable 'state'",
    ],
    [
      'whose request uses a variable that nothing sets',
      { switch: 'status', cases: { a: [aRequest('/{{gone}}')] } },
      'journeys.buy.steps[1].cases.a[0].request.path',
      "there is no variable 'gone'",
    ],
  ] as const)
    test(`${what} are refused at their place`, () => {
      const problems = problemsOf(withSteps(ask, step))
      assert.is(problems[0]?.path, path, JSON.stringify(problems))
      if (message !== null) assert.is(problems[0]?.message, message, JSON.stringify(problems))
    })

  test('of which none sends anything are refused', () => {
    const [problem] = problemsOf(withSteps({ repeat: 2, steps: [{ think: '1s' }] }))
    assert.equal(problem?.message, 'nothing but think time')
  })
})
