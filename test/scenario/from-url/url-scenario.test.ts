import * as assert from 'uvu/assert'
import { plainRequest, scenarioFromUrls } from '../../../harness/scenario/from-url/url-scenario.ts'
import { harnessErrorOf, planOf } from '../../kit/scenario-documents.ts'
import { describe } from '../../kit/suite.ts'

const scenarioFromUrl = (url: string) => scenarioFromUrls({ requests: [plainRequest(url)], settings: {} })

describe('scenarioFromUrls', (test) => {
  test('asks for that path of that server, with ten agents for ten seconds', () => {
    const plan = planOf(scenarioFromUrl('http://127.0.0.1:8080/a/b?q=1&r=%20'))
    const [step] = plan.journeys[0]?.steps ?? []

    assert.is(plan.scenario, '127-0-0-1-8080')
    assert.is(plan.targets['main']?.config['url'], 'http://127.0.0.1:8080')
    assert.equal(step?.kind === 'request' && step.request, { method: 'GET', path: '/a/b?q=1&r=%20' })
    assert.is(plan.workloads[0]?.agents, 10)
    assert.is(plan.durationMs, 10_000)
    assert.ok(plan.objectives.every(({ builtIn }) => builtIn))
  })

  test('gives every server a name that is a folder', () => {
    const nameOf = (url: string) => planOf(scenarioFromUrl(url)).scenario

    assert.is(nameOf('https://shop.example'), 'shop-example-443')
    assert.is(nameOf('http://[::1]:81/'), '1--81')
  })

  test('takes every flag', () => {
    const plan = planOf(scenarioFromUrl('http://127.0.0.1/'), { agents: 50, duration: '3s', think: '1s' })

    assert.is(plan.workloads[0]?.agents, 50)
    assert.is(plan.durationMs, 3000)
    assert.is(
      planOf(scenarioFromUrl('http://127.0.0.1/'), { rate: '500/s' }).workloads[0]?.expectedIterations,
      5000,
    )
  })

  test('refuses what is no URL, and credentials, which would be recorded', () => {
    for (const wrong of ['http://', 'http://a b/', 'http://ada:secret@127.0.0.1/']) {
      try {
        scenarioFromUrl(wrong)
        assert.unreachable(wrong)
      } catch (error) {
        assert.not.match(harnessErrorOf(error, 'SCENARIO_INVALID').message, 'ada:secret')
      }
    }
  })
})
