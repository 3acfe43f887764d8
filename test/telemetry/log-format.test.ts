import * as assert from 'uvu/assert'
import { logFormatOf } from '../../harness/telemetry/log-format.ts'
import { describe } from '../kit/suite.ts'

describe('logFormatOf', (test) => {
  test('does what was asked for, wherever the lines go', () => {
    for (const choice of ['json', 'pretty'] as const)
      for (const isTerminal of [true, false])
        for (const env of [{}, { CI: 'true' }]) assert.is(logFormatOf(choice, isTerminal, env), choice)
  })

  test('writes JSON in CI, and for people everywhere else', () => {
    assert.is(logFormatOf('auto', false, { CI: 'true' }), 'json')
    assert.is(logFormatOf('auto', false, { CI: '1' }), 'json')
    assert.is(logFormatOf('auto', true, { CI: 'true' }), 'pretty')
    assert.is(logFormatOf('auto', false, {}), 'pretty')
    assert.is(logFormatOf('auto', true, {}), 'pretty')
  })

  test('takes a CI that says no for none', () => {
    for (const ci of ['', 'false', '0']) assert.is(logFormatOf('auto', false, { CI: ci }), 'pretty')
  })
})
