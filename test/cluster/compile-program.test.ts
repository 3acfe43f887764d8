import * as assert from 'uvu/assert'
import { compileProgram } from '../../harness/cluster/compile-program.ts'
import type { JourneyProgram, RequestOp } from '../../harness/engine/program.ts'
import { DEFAULT_TIMEOUTS, type RequestStepPlan } from '../../harness/model/plan.ts'
import { anExchange } from '../kit/exchanges.ts'
import { aRunPlan } from '../kit/plan-builders.ts'
import { ScriptedTarget } from '../kit/scripted-target.ts'
import { describe } from '../kit/suite.ts'
import { VirtualClock } from '../kit/virtual-clock.ts'

describe('The program of a plan', (test) => {
  test('draws journeys by their weights', () => {
    const journeys = [
      { name: 'browse', weight: 6, steps: [] },
      { name: 'buy', weight: 3, steps: [] },
      { name: 'pay', weight: 1, steps: [] },
    ]
    const { walked } = compileProgram(aRunPlan({ journeys }), new Map(), () => undefined)
    assert.equal(walked, [{ journeys: [0, 1, 2], cumulativeWeights: [6, 9, 10] }])
  })

  test('unsets what an extraction does not find, and says of the first of them where it looked', () => {
    const step: RequestStepPlan = {
      kind: 'request',
      name: 'login',
      target: 'main',
      request: {},
      timeouts: DEFAULT_TIMEOUTS,
      expect: [],
      extract: { token: 'json:token', user: 'json:user.id', page: 'header:location' },
      retry: null,
      followUps: [],
    }
    const plan = aRunPlan({
      targets: { main: { plugin: 'function', config: {} } },
      journeys: [{ name: 'a', weight: 1, steps: [step] }],
    })
    const target = new ScriptedTarget(new VirtualClock(), [])
    const { journeys } = compileProgram(plan, new Map([['main', target]]), () => undefined)
    const [journey] = journeys
    const { extract } = (journey as JourneyProgram).ops[0] as RequestOp
    const valuesIn = (body: string) => {
      const values: (readonly [name: string, value: string | undefined])[] = []
      const missing = extract?.(anExchange({ body, headers: { location: '/x' } }), (name, value) =>
        values.push([name, value]),
      )
      return { missing, values: Object.fromEntries(values) }
    }

    assert.equal(valuesIn('{"token":"T1","user":{"id":7}}'), {
      missing: null,
      values: { token: 'T1', user: '7', page: '/x' },
    })
    assert.equal(valuesIn('{}'), {
      missing: 'token: nothing at json:token',
      values: { token: undefined, user: undefined, page: '/x' },
    })
  })
})
