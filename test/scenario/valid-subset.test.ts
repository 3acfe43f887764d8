import * as assert from 'uvu/assert'
import { validSubset } from '../../harness/scenario/valid-subset.ts'
import { aDocument, aRequest, problemsOf } from '../kit/scenario-documents.ts'
import { describe } from '../kit/suite.ts'

describe('validSubset', (test) => {
  test('takes out what does not fit and keeps the rest where it was', () => {
    const document = aDocument({
      warmUp: 5,
      journeys: { good: { steps: [aRequest('/')] }, bad: { steps: [] } },
      objectives: ['error_ratio < 1%', { expct: 1 }, 'p99(response_time) < 1s'],
    })
    const sound = validSubset(document, ['warmUp', 'journeys.bad.steps', 'objectives[1].expct'])

    assert.equal(Object.keys(sound?.journeys ?? {}), ['good'])
    assert.is(sound?.warmUp, undefined)
    assert.is(sound?.objectives?.[2], 'p99(response_time) < 1s')
  })

  test('stands in for what a scenario cannot be without', () => {
    assert.is(validSubset({}, ['name', 'workload', 'journeys'])?.workload?.pattern, 'constant-agents')
  })

  test('gives up on what is no object', () => {
    assert.is(validSubset('text', ['']), null)
    assert.is(validSubset(null, ['']), null)
  })

  test('leaves the document as it was', () => {
    const document = aDocument({ warmUp: 5 })
    validSubset(document, ['warmUp'])

    assert.equal(document, aDocument({ warmUp: 5 }))
  })
})

describe('all problems at once', (test) => {
  test('those of form and those of meaning come together', () => {
    const document = aDocument({
      naem: 'x',
      target: { plugin: 'htp' },
      workload: { pattern: 'incidnt' },
      objectives: ['p99(respons_time) < 1s', { expect: 'error_ratio < 1%', severity: 'majr' }],
      journeys: {
        a: { weight: 0, steps: [aRequest('/')] },
        b: { steps: [aRequest('/', { target: 'api' }), { request: { pth: '/' } }] },
      },
      data: { x: { rows: [{ y: '{{x.y}}' }] } },
    })

    assert.equal(
      problemsOf(document)
        .map(({ path }) => path)
        .sort(),
      [
        'data.x',
        'journeys.a.weight',
        'journeys.b.steps[0].target',
        'journeys.b.steps[1].request.path',
        'journeys.b.steps[1].request.pth',
        'naem',
        'objectives[0]',
        'objectives[1].severity',
        'target.plugin',
        'workload.pattern',
      ],
    )
  })

  test('a faulty part makes no problems elsewhere', () => {
    const document = aDocument({
      data: { users: { rows: 'none' } },
      target: { plugin: 5 },
      journeys: { a: { steps: [aRequest('/{{users.name}}')] } },
    })

    assert.equal(
      problemsOf(document)
        .map(({ path }) => path)
        .sort(),
      ['data.users.rows', 'target.plugin'],
    )
  })
})
