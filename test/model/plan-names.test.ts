import * as assert from 'uvu/assert'
import { planNames } from '../../harness/model/plan-names.ts'
import { aPlan } from '../kit/builders.ts'
import { describe } from '../kit/suite.ts'

describe('planNames', (test) => {
  test('are those of phases, regions, journeys and steps at any depth', () => {
    const plan = aPlan({})
    const step = (name: string) => ({ kind: 'request', name, followUps: [] }) as never
    const names = planNames({
      ...plan,
      phases: [{ name: 'steady', startMs: 0, endMs: 1, measured: true }],
      journeys: [{ name: 'buy', weight: 1, steps: [step('pay')] }],
      login: [step('sign in')],
    })

    for (const name of ['steady', 'buy', 'pay', 'sign in']) assert.ok(names.has(name), name)
    assert.not.ok(names.has('request'))
  })
})
