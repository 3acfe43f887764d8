import * as assert from 'uvu/assert'
import { plannedRequests } from '../../harness/model/plan-steps.ts'
import { applyMocks } from '../../harness/scenario/apply-mocks.ts'
import { hashLoad, hashPlan } from '../../harness/scenario/plan-hash.ts'
import { aDocument, aRequest, planOf, problemsOf } from '../kit/scenario-documents.ts'
import { describe } from '../kit/suite.ts'

const targets = { events: { plugin: 'postgres', config: { url: 'postgres://me@127.0.0.1:1/db' } } }
const append = { request: { query: 'select 1' }, target: 'events', step: 'append' }
const byHttp = { request: { method: 'POST', path: '/components/event-store' } }
const withMocks = (mocks: unknown, changes: Record<string, unknown> = {}) =>
  aDocument({ targets, mocks, journeys: { buy: { steps: [aRequest('/items'), append] } }, ...changes })

describe('resolveMocks', (test) => {
  test('leaves out of a plan what a scenario does not have', () => {
    assert.is(planOf(aDocument()).mocks, undefined)
  })

  test('takes a mock of the same language as it is, and steps for one of another', () => {
    const { mocks } = planOf(
      withMocks({ main: { plugin: 'sandbox' }, events: { plugin: 'sandbox', steps: { append: byHttp } } }),
    )

    assert.equal(mocks?.['main']?.steps, {})
    assert.equal(mocks?.['events']?.steps['append'], { ...byHttp, expect: [], extract: {} })
  })

  test('names the target, the plugin and the step that do not exist', () => {
    const paths = (mocks: unknown) => problemsOf(withMocks(mocks)).map(({ path, nearest }) => [path, nearest])

    assert.equal(paths({ event: { plugin: 'sandbox' } }), [['mocks.event', 'events']])
    assert.equal(paths({ main: { plugin: 'sandbx' } }), [['mocks.main.plugin', 'sandbox']])
    assert.equal(paths({ events: { plugin: 'sandbox', steps: { append: byHttp, apend: byHttp } } }), [
      ['mocks.events.steps.apend', 'append'],
    ])
  })

  test('refuses a mock that would not understand a step, and a request that it would not', () => {
    const [missing] = problemsOf(withMocks({ events: { plugin: 'sandbox' } }))
    assert.is(missing?.path, 'mocks.events.steps')
    assert.match(missing?.message ?? '', "the request of step 'append' is none that sandbox understands")
    const steps = { append: { request: { path: 'no-slash' } } }
    assert.is(
      problemsOf(withMocks({ events: { plugin: 'sandbox', steps } }))[0]?.path,
      'mocks.events.steps.append.request.path',
    )
  })

  test('has none with --no-mocks', () => {
    assert.is(planOf(withMocks({ main: { plugin: 'sandbox' } }), { mocks: false }).mocks, undefined)
  })
})

describe('applyMocks', (test) => {
  const plan = planOf(
    withMocks(
      { main: { plugin: 'sandbox' }, events: { plugin: 'sandbox', steps: { append: byHttp } } },
      { login: { steps: [append] } },
    ),
  )

  test('is the same plan where nothing is away, and hashes as one without mocks', () => {
    assert.is(applyMocks(plan, []), plan)
    assert.is(hashPlan(plan), hashPlan({ ...plan, mocks: undefined }))
  })

  test('gives the mock the place of its target, and its requests to the steps, in every walk', () => {
    const mocked = applyMocks(plan, [{ target: 'events', why: 'refused' }])

    assert.equal([mocked.targets['events']?.plugin, mocked.targets['main']?.plugin], ['sandbox', 'http'])
    const asked = plannedRequests(mocked).filter(({ target }) => target === 'events')
    assert.equal(
      asked.map(({ name, request }) => [name, request]),
      [
        ['append', byHttp.request],
        ['append', byHttp.request],
      ],
    )
    assert.equal(mocked.mocked, [{ target: 'events', by: 'sandbox', why: 'refused' }])
  })

  test('is another load, whatever was said about the target that is away', () => {
    const at = (why: string) => hashLoad(applyMocks(plan, [{ target: 'main', why }]))

    assert.is.not(at('refused'), hashLoad(plan))
    assert.is(at('refused'), at('timeout'))
  })

  test('halts nothing', () => {
    const [objective] = plan.objectives
    const limited = { ...plan, limits: objective === undefined ? [] : [objective] }
    assert.equal(applyMocks(limited, [{ target: 'main', why: 'refused' }]).limits, [])
  })
})
