import * as assert from 'uvu/assert'
import { HarnessError, type Problem } from '../../harness/base/errors.ts'
import type { Overrides } from '../../harness/scenario/overrides.ts'
import { hashPlan } from '../../harness/scenario/plan-hash.ts'
import { resolveScenario } from '../../harness/scenario/resolve.ts'
import { redact, resolveSecrets, secret } from '../../harness/scenario/secrets.ts'
import { describe } from '../kit/suite.ts'

type Document = Record<string, unknown>

const GOOD: Document = {
  name: 'shop',
  target: { plugin: 'http', config: { url: 'http://127.0.0.1:8080' } },
  workload: { pattern: 'constant-agents', agents: 4, duration: '20s' },
  journeys: {
    browse: { weight: 2, steps: [{ request: { method: 'GET', path: '/items/42' } }, { think: '1s..2s' }] },
  },
  objectives: ['error_ratio < 1%'],
}

const resolve = (changes: Document = {}, overrides: Overrides = {}) =>
  resolveScenario({ ...GOOD, ...changes }, overrides, 7)

function problemsOf(changes: Document, overrides: Overrides = {}): readonly Problem[] {
  try {
    resolve(changes, overrides)
  } catch (error) {
    assert.instance(error, HarnessError)
    assert.is((error as HarnessError).code, 'SCENARIO_INVALID')
    return (error as HarnessError).problems
  }
  return []
}

/** What is wrong -> where it must be told, and what else must be said. */
const WRONG: readonly (readonly [title: string, changes: Document, path: string, text: RegExp])[] = [
  ['an unknown key', { workloads: {} }, 'workloads', /did|workload/],
  [
    'an unknown key of a step',
    { journeys: { a: { steps: [{ request: { path: '/' }, expct: {} }] } } },
    'journeys.a.steps[0].expct',
    /expect/,
  ],
  [
    'a wrong unit',
    { workload: { pattern: 'constant-agents', agents: 4, duration: '20 seconds' } },
    'workload.duration',
    /unit/,
  ],
  [
    'a misspelt setting of the workload',
    { workload: { pattern: 'constant-agents', agnets: 4, duration: '20s' } },
    'workload.agnets',
    /agents/,
  ],
  ['a misspelt pattern', { workload: { pattern: 'busines-hours' } }, 'workload.pattern', /business-hours/],
  ['a misspelt metric', { objectives: ['p99(respons_time) < 1s'] }, 'objectives[0]', /response_time/],
  ['weight 0', { journeys: { a: { weight: 0, steps: [{ think: '1s' }] } } }, 'journeys.a.weight', /above 0/],
  ['an empty journey', { journeys: { a: { steps: [] } } }, 'journeys.a.steps', /at least one step/],
  ['no journey', { journeys: {} }, 'journeys', /at least one journey/],
  [
    'a circle of feeders',
    { data: { a: { rows: [{ x: '{{b.x}}' }] }, b: { rows: [{ x: '{{a.x}}' }] } } },
    'data.a',
    /a -> b -> a/,
  ],
  ['a feeder without rows', { data: { a: { rows: [] } } }, 'data.a', /no rows/],
  [
    'a step to an unknown target',
    { journeys: { a: { steps: [{ request: { path: '/' }, target: 'mian' }] } } },
    'journeys.a.steps[0].target',
    /main/,
  ],
  ['an unknown plugin', { target: { plugin: 'htp', config: {} } }, 'target.plugin', /http/],
  ['a target without URL', { target: { plugin: 'http', config: {} } }, 'target.config.url', /./],
  ['no target', { target: undefined }, 'target', /no target/],
  [
    'an extraction from nowhere',
    { journeys: { a: { steps: [{ request: { path: '/' }, extract: { id: 'xml:a' } }] } } },
    'journeys.a.steps[0].extract.id',
    /json/,
  ],
  ['a warm-up longer than the run', { warmUp: '1m' }, 'warmUp', /nothing to measure/],
]

describe('A wrong scenario', (test) => {
  for (const [title, changes, path, text] of WRONG) {
    test(`with ${title} is refused at ${path}`, () => {
      const problem = problemsOf(changes).find((candidate) => candidate.path === path)
      assert.ok(problem, `no problem at ${path}: ${JSON.stringify(problemsOf(changes))}`)
      assert.match(`${problem?.message} ${problem?.expected} ${problem?.nearest}`, text)
    })
  }

  test('has all its problems told at once', () => {
    const found = problemsOf({ drian: '1s', journeys: { a: { weight: 0, steps: [] } } }).map(
      ({ path }) => path,
    )
    assert.equal(found.sort(), ['drian', 'journeys.a.steps', 'journeys.a.weight'])
  })
})

describe('A resolved plan', (test) => {
  test('has every default filled in', () => {
    const plan = resolve()
    assert.equal(
      [plan.seed, plan.durationMs, plan.drainMs, plan.workload.agents, plan.workload.model],
      [7, 20_000, 10_000, 4, 'closed'],
    )
    const [step] = plan.journeys[0]?.steps ?? []
    assert.is(step?.kind === 'request' ? step.name : '', 'GET /items/:id')
    assert.is(plan.phases[0]?.measured, true)
  })

  test('cuts the warm-up out of its phases', () => {
    assert.equal(resolve({ warmUp: '5s' }).phases, [
      { name: 'warm-up', startMs: 0, endMs: 5000, measured: false },
      { name: 'steady', startMs: 5000, endMs: 20_000, measured: true },
    ])
  })

  test('is judged by the built-in objectives when it has none', () => {
    assert.equal(
      resolve({ objectives: [] }).objectives.map(({ expect, builtIn }) => [expect, builtIn]),
      [['error_ratio <= 1%', true]],
    )
  })

  test('follows the command line', () => {
    const plan = resolve(
      {},
      {
        agents: 9,
        duration: '3s',
        think: '1s',
        seed: 5,
        warmUp: '1s',
        target: 'http://127.0.0.1:9999',
        set: ['journeys.browse.weight=4'],
      },
    )
    assert.equal(
      [plan.workload.agents, plan.durationMs, plan.workload.think.minMs, plan.seed, plan.journeys[0]?.weight],
      [9, 3000, 1000, 5, 4],
    )
    assert.is(plan.targets['main']?.config['url'], 'http://127.0.0.1:9999')
  })

  test('becomes an open one by --rate', () => {
    const plan = resolve({}, { rate: '50/s' })
    assert.equal(
      [plan.workload.model, plan.workload.expectedIterations, plan.workload.agents],
      ['open', 1000, 100],
    )
  })

  test('refuses to set what is not there, naming the nearest', () => {
    const [problem] = problemsOf({}, { set: ['worklod.agents=5'] })
    assert.is(problem?.nearest, 'workload')
    assert.is(problemsOf({}, { set: ['workload.agnets=5'] })[0]?.nearest, 'agents')
  })

  test('takes what its environment says', () => {
    const changes = {
      environments: { staging: { workload: { agents: 2 }, allowHosts: ['staging.example'] } },
    }
    const plan = resolve(changes, { environment: 'staging' })
    assert.equal(
      [plan.workload.agents, plan.workload.pattern, plan.allowHosts, plan.environment],
      [2, 'constant-agents', ['staging.example'], 'staging'],
    )
    assert.is(resolve(changes).workload.agents, 4)
  })

  test('picks catalogue commands by the mix, complex ones with four escalations', () => {
    const [step] =
      resolve({ target: { plugin: 'sandbox', config: {} }, journeys: { a: { steps: [{ operations: {} }] } } })
        .journeys[0]?.steps ?? []
    if (step?.kind !== 'choice') return assert.unreachable('not a choice')
    assert.ok(step.alternatives.length >= 90)
    const share = (name: string) =>
      step.alternatives
        .filter((alternative) => alternative.step.name === name)
        .reduce((sum, { weight }) => sum + weight, 0)
    assert.ok(Math.abs(share('safe') - 0.7) < 1e-9 && Math.abs(share('complex') - 0.1) < 1e-9)
    assert.is(
      step.alternatives.find((alternative) => alternative.step.name === 'complex')?.step.followUps.length,
      4,
    )
  })
})

describe('The plan hash', (test) => {
  test('is the same for the same seed and differs with seed and load, not with the place of the target', () => {
    const hash = (changes: Document = {}, overrides: Overrides = {}) => hashPlan(resolve(changes, overrides))
    assert.is(hash(), hash())
    assert.is(hash(), hash({}, { target: 'http://127.0.0.1:1' }))
    assert.is.not(hash(), hash({}, { seed: 8 }))
    assert.is.not(hash(), hash({}, { agents: 5 }))
  })
})

describe('Secrets', (test) => {
  test('are named in the plan and never in it', () => {
    const config = { url: 'http://127.0.0.1:1', headers: { authorization: `Bearer ${secret('TOKEN')}` } }
    const plan = resolve({ target: { plugin: 'http', config } })
    assert.equal(plan.secrets, ['TOKEN'])
    assert.not.match(JSON.stringify(plan), 'hush')
    assert.equal(resolveSecrets(plan.secrets, { TOKEN: 'hush' }), { TOKEN: 'hush' })
    assert.throws(() => resolveSecrets(['TOKEN'], {}), /TOKEN/)
    assert.is(redact('Bearer hush, twice hush', { TOKEN: 'hush' }), 'Bearer ***, twice ***')
  })
})
