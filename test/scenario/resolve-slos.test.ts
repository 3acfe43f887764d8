import * as assert from 'uvu/assert'
import type { Problem } from '../../harness/base/errors.ts'
import { resolveSlos } from '../../harness/scenario/resolve-slos.ts'
import { describe } from '../kit/suite.ts'

const ECHO = { meaning: 'requests under way', kind: 'distribution', better: 'lower' } as const
const MEASURES = [
  { ...ECHO, name: 'echo.age', unit: 'ms', once: true },
  { ...ECHO, name: 'echo.gap', unit: 'ms' },
] as const

function resolved(slos: Parameters<typeof resolveSlos>[0]['slos']) {
  const problems: Problem[] = []
  return { ...resolveSlos({ slos }, MEASURES, problems), problems }
}

describe('resolveSlos', (test) => {
  test('leaves a plan without joint conditions as it is', () => {
    assert.equal(resolved(undefined), { problems: [] })
  })

  test('reads conditions on times and measures, in their units', () => {
    const { slos, problems } = resolved({
      chat: ['ttft <= 0.2s', 'output_rate>=30/s', 'output_tokens < 500'],
      quick: { steps: ['ask'], conditions: ['response_time < 5s'] },
    })

    assert.equal(problems, [])
    assert.equal(slos, {
      chat: {
        steps: null,
        conditions: [
          { text: 'ttft <= 0.2s', metric: 'ttft', op: '<=', bound: 200 },
          { text: 'output_rate>=30/s', metric: 'output_rate', op: '>=', bound: 30 },
          { text: 'output_tokens < 500', metric: 'output_tokens', op: '<', bound: 500 },
        ],
      },
      quick: {
        steps: ['ask'],
        conditions: [{ text: 'response_time < 5s', metric: 'response_time', op: '<', bound: 5000 }],
      },
    })
  })

  test('reads conditions on measures of plugins of which a request has one value', () => {
    const { slos, problems } = resolved({ fresh: ['echo.age <= 0.2s'] })

    assert.equal(problems, [])
    assert.equal(slos?.['fresh']?.conditions, [
      { text: 'echo.age <= 0.2s', metric: 'echo.age', op: '<=', bound: 200 },
    ])
  })

  for (const [text, message] of [
    ['echo.gap <= 20ms', /no condition on one value/],
    ['ttf <= 200ms', /no condition on one value/],
    ['inter_token_time <= 20ms', /no condition on one value/],
    ['p99(ttft) <= 200ms', /no condition on one value/],
    ['ttft = 200ms', /no condition on one value/],
    ['ttft <= 200', /unit/],
    ['tpot <=', /unit/],
  ] as const)
    test(`says what is wrong with ${text}, and where`, () => {
      const { problems } = resolved({ chat: ['response_time < 1s', text] })

      assert.is(problems.length, 1)
      assert.is(problems[0]?.path, 'slos.chat[1]')
      assert.match(problems[0]?.message ?? '', message)
    })
})
