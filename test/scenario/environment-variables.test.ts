import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { withDotEnv, withEnvironmentVariables } from '../../harness/scenario/environment-variables.ts'
import { withScratch } from '../kit/sandbox.ts'
import { aDocument, aRequest, harnessErrorOf } from '../kit/scenario-documents.ts'
import { describe } from '../kit/suite.ts'

const ENV = {
  BASE: 'http://127.0.0.1:9',
  AGENTS: '5',
  RATE: '50/s',
  TOKEN: 'top-secret',
  KEY_FILE: '/run/key',
  EMPTY: '',
}
const resolved = (changes: Record<string, unknown>) =>
  withEnvironmentVariables(aDocument(changes), ENV, null) as Record<string, unknown>

describe('{{env.NAME}}', (test) => {
  test('is a secret where something is sent', () => {
    const request = {
      path: '/{{env.TOKEN}}',
      headers: { key: '{{ env.KEY }}' },
      json: { n: '{{= env.AGENTS}}' },
    }
    const { journeys, target, data } = resolved({
      target: {
        plugin: 'http',
        config: { url: '{{env.BASE}}', headers: { authorization: 'Bearer {{env.TOKEN}}' } },
      },
      data: { users: { rows: [{ password: '{{env.TOKEN}}' }] } },
      journeys: { buy: { steps: [{ request, expect: { header: { x: '{{env.TOKEN}}' } } }] } },
    })

    assert.equal(journeys, {
      buy: {
        steps: [
          {
            request: {
              path: '/{{secret.TOKEN}}',
              headers: { key: '{{ secret.KEY }}' },
              json: { n: '{{= secret.AGENTS}}' },
            },
            expect: { header: { x: '{{secret.TOKEN}}' } },
          },
        ],
      },
    })
    assert.equal(target, {
      plugin: 'http',
      config: { url: ENV.BASE, headers: { authorization: 'Bearer {{secret.TOKEN}}' } },
    })
    assert.equal(data, { users: { rows: [{ password: '{{secret.TOKEN}}' }] } })
  })

  test('is its value in a setting, in its own type where the template says so', () => {
    const { workload, environments } = resolved({
      workload: { pattern: 'constant-agents', agents: '{{= env.AGENTS}}', duration: '{{env.AGENTS}}s' },
      environments: {
        staging: { target: { config: { url: '{{env.BASE}}', headers: { k: '{{env.TOKEN}}' } } } },
      },
    })

    assert.equal(workload, { pattern: 'constant-agents', agents: 5, duration: '5s' })
    assert.equal(environments, {
      staging: { target: { config: { url: ENV.BASE, headers: { k: '{{secret.TOKEN}}' } } } },
    })
  })

  test('names every variable without a value, its place, and how to set it', () => {
    const document = aDocument({
      name: '{{env.EMPTY}}',
      journeys: { buy: { steps: [aRequest('/{{env.TOKN}}')] } },
    })
    let problems: unknown
    try {
      withEnvironmentVariables(document, ENV, null)
    } catch (error) {
      problems = harnessErrorOf(error, 'SCENARIO_INVALID').problems
    }
    assert.equal(problems, [
      {
        path: 'name',
        message: 'EMPTY is not set',
        expected: 'a value: EMPTY=... in the environment, or in a file .env beside the scenario',
      },
      {
        path: 'journeys.buy.steps[0].request.path',
        message: 'TOKN is not set',
        expected: 'a value: TOKN=... in the environment, or in a file .env beside the scenario',
      },
    ])
  })

  test('leaves escaped braces and other variables alone', () => {
    const { journeys } = resolved({ journeys: { buy: { steps: [aRequest('/\\{{env.NO}}/{{agent.id}}')] } } })
    assert.equal(journeys, { buy: { steps: [aRequest('/\\{{env.NO}}/{{agent.id}}')] } })
  })

  test('takes names that the environment lacks from .env beside the scenario', () =>
    withScratch(async (folder) => {
      const scenario = join(folder, 'a.yaml')
      assert.equal(await withDotEnv(scenario, { A: '1' }), { A: '1' })
      await writeFile(join(folder, '.env'), '# of the shop\nA=2\nB="two words"\n')
      assert.equal(await withDotEnv(scenario, { A: '1' }), { A: '1', B: 'two words' })
      assert.equal(await withDotEnv(null, { A: '1' }), { A: '1' })
    }))
})
