import * as assert from 'uvu/assert'
import { byHardName, entriesIn } from '../kit/hard-names.ts'
import { aDocument, planOf, problemsOf } from '../kit/scenario-documents.ts'
import { describe } from '../kit/suite.ts'

const document = aDocument({
  workload: { pattern: 'constant-agents', agents: 3, duration: '10s', think: '1s' },
  allowHosts: ['one.example'],
  environments: {
    staging: {
      target: { config: { url: 'http://staging.example' } },
      workload: { agents: 50 },
      allowHosts: ['staging.example'],
      journeys: { buy: { weight: 5 } },
    },
  },
})

describe('environments', (test) => {
  test('lay their keys over the scenario, depth by depth, and replace lists', () => {
    const plan = planOf(document, { environment: 'staging' })

    assert.is(plan.environment, 'staging')
    assert.is(plan.targets['main']?.config['url'], 'http://staging.example')
    assert.is(plan.workloads[0]?.agents, 50)
    assert.equal(plan.workloads[0]?.think, { minMs: 1000, maxMs: 1000 })
    assert.equal(plan.allowHosts, ['staging.example'])
    assert.is(plan.journeys[0]?.weight, 5)
    assert.is(plan.journeys[0]?.steps?.length, 1)
  })

  test('change nothing unless they are asked for', () => {
    assert.is(planOf(document).workloads[0]?.agents, 3)
    assert.is(planOf(document).environment, null)
  })

  test('leave the document as it was', () => {
    const before = structuredClone(document)
    planOf(document, { environment: 'staging' })

    assert.equal(document, before)
  })

  test('must be among those that the scenario defines, which are named', () => {
    const [misspelt] = problemsOf(document, { environment: 'stagin' })
    assert.equal(
      [misspelt?.path, misspelt?.nearest, misspelt?.expected],
      ['--env', 'staging', 'one of staging'],
    )
    const [undefinedHere] = problemsOf(document, { environment: 'production' })
    assert.is(undefinedHere?.message, "there is no environment 'production'")
    assert.is(undefinedHere?.expected, 'one of staging')
    const [none] = problemsOf(aDocument({}), { environment: 'staging' })
    assert.match(none?.expected ?? '', 'which this one does not define')
  })

  test('are three', () => {
    assert.is(problemsOf(aDocument({ environments: { test: {} } }))[0]?.path, 'environments.test')
  })

  test('are checked even when they are not asked for', () => {
    const faulty = aDocument({ environments: { production: { warmUp: 5, wrkload: {} } } })

    assert.equal(
      problemsOf(faulty).map(({ path }) => path),
      ['environments.production.warmUp', 'environments.production.wrkload'],
    )
  })

  test('cannot bring code of their own, which shards would not find', () => {
    const faulty = aDocument({
      environments: { staging: { setup: { $code: 'environments.staging.setup' } } },
    })
    const [problem] = problemsOf(faulty, { environment: 'staging' })

    assert.is(problem?.path, 'setup')
    assert.is(problem?.message, 'code cannot differ by environment')
  })

  test('lay over parts of any name', () => {
    const feeder = (value: string) => ({ rows: [{ field: value }] })
    const data = byHardName(() => feeder('base'))
    const environments = { staging: { data: byHardName(() => feeder('overlay')) } }
    const added = { staging: { data: byHardName(() => feeder('added')) } }

    const both = planOf(aDocument({ data, environments }), { environment: 'staging' })
    const alone = planOf(aDocument({ environments: added }), { environment: 'staging' })

    const valuesOf = (plan: typeof both) =>
      entriesIn(plan.feeders).map(([name, { rows }]) => [name, rows[0]?.['field']])
    assert.equal(valuesOf(both), entriesIn(byHardName(() => 'overlay')))
    assert.equal(valuesOf(alone), entriesIn(byHardName(() => 'added')))
  })
})
