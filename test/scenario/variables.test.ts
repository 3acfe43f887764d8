import * as assert from 'uvu/assert'
import { aDocument, aRequest, problemsOf } from '../kit/scenario-documents.ts'
import { describe } from '../kit/suite.ts'

const withSteps = (...steps: unknown[]) => aDocument({ journeys: { buy: { steps } } })

describe('unknownVariables', (test) => {
  test('names a variable that nothing sets, and the nearest that something does', () => {
    const document = withSteps(
      aRequest('/cart', { extract: { cartId: 'json:id' } }),
      aRequest('/pay/{{cardId}}'),
    )

    assert.equal(problemsOf(document), [
      {
        path: 'journeys.buy.steps[1].request.path',
        message: "there is no variable 'cardId'",
        expected: 'one of agent.id, agent.iteration, cartId; write \\{{ for literal braces',
        nearest: '{{cartId}}',
      },
    ])
  })

  test('knows functions, and says what is wrong with a call', () => {
    const path = '/{{uuid()}}/{{randomInteger(1, 6)#seat}}/{{ now(+1h) }}'
    assert.equal(problemsOf(withSteps(aRequest(path))), [])
    assert.equal(problemsOf(withSteps(aRequest('/{{uid()}}/{{randomInteger(6, 1)}}'))), [
      {
        path: 'journeys.buy.steps[0].request.path',
        message: "there is no function 'uid'",
        expected:
          'one of uuid(), randomInteger(lowest, highest), randomNumber(lowest, highest, decimals), randomChoice(red, green, blue), randomString(length, characters), now(+1h), date(+1d), unix(+1h), unixMs(-5m), counter(name, first), sequence(first, step); write \\{{ for literal braces',
        nearest: '{{uuid()}}',
      },
      {
        path: 'journeys.buy.steps[0].request.path',
        message: 'randomInteger(6, 1): 6 is more than 1',
        expected: 'randomInteger(lowest, highest); write \\{{ for literal braces',
      },
    ])
  })

  test('knows fields of feeders, facts about the agent, and secrets', () => {
    const request = {
      path: '/{{users.name}}/{{agent.id}}/{{agent.iteration}}',
      headers: { authorization: 'Bearer {{secret.TOKEN}}' },
    }

    assert.equal(
      problemsOf(
        aDocument({
          data: { users: { rows: [{ name: 'ada' }] } },
          journeys: { a: { steps: [{ request }] } },
        }),
      ),
      [],
    )
  })

  test('knows what the login extracts, in every journey', () => {
    const document = {
      ...withSteps(aRequest('/{{token}}')),
      login: { steps: [aRequest('/login', { extract: { token: 'header:x-token' } })] },
    }

    assert.equal(problemsOf(document), [])
  })

  for (const [name, code] of [
    ['login', { login: { $code: 'login' } }],
    [
      'journey',
      { journeys: { a: { steps: [aRequest('/{{token}}')] }, b: { run: { $code: 'journeys.b.run' } } } },
    ],
  ] as const)
    test(`leaves names to the code of a ${name}, but for those of the agent and of feeders`, () => {
      const data = { users: { rows: [{ name: 'ada' }] } }

      assert.equal(problemsOf({ ...withSteps(aRequest('/{{token}}')), ...code }), [])
      const problems = problemsOf({
        ...withSteps(aRequest('/{{users.nam}}/{{agent.token}}')),
        data,
        login: { $code: 'login' },
      })
      assert.equal(
        problems.map(({ message }) => message),
        ["there is no variable 'users.nam'", "there is no variable 'agent.token'"],
      )
    })

  test('looks into what is expected', () => {
    const document = withSteps(aRequest('/', { expect: { body: { contains: 'hello {{nobody}}' } } }))

    assert.equal(
      problemsOf(document).map(({ path }) => path),
      ['journeys.buy.steps[0].expect.body.contains'],
    )
  })

  test('looks into bodies, headers, login, targets and rows', () => {
    const document = aDocument({
      target: { plugin: 'http', config: { url: 'http://127.0.0.1:1', headers: { a: '{{t}}' } } },
      journeys: {
        buy: { steps: [{ request: { path: '/', json: { deep: ['{{j}}'] }, headers: { b: '{{h}}' } } }] },
      },
      login: { steps: [aRequest('/{{l}}')] },
      data: { rows: { rows: [{ x: 'fine' }, { x: '{{r}}' }] } },
    })

    assert.equal(
      problemsOf(document)
        .map(({ path }) => path)
        .sort(),
      [
        'data.rows.rows[1].x',
        'journeys.buy.steps[0].request.headers.b',
        'journeys.buy.steps[0].request.json.deep[0]',
        'login.steps[0].request.path',
        'targets.main.config.headers.a',
      ],
    )
  })
})
