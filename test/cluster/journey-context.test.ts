import * as assert from 'uvu/assert'
import { createJourneyContexts } from '../../harness/cluster/journey-context.ts'
import type { CodePort } from '../../harness/engine/code-port.ts'
import { VariableStore } from '../../harness/engine/variables.ts'
import { aRunPlan } from '../kit/plan-builders.ts'
import { describe } from '../kit/suite.ts'

const aPort = (agent: number): CodePort => ({
  agent,
  send: () => Promise.reject(new Error('nothing is sent')),
  think: () => Promise.resolve(),
  draw: () => 0,
  identity: () => agent,
})

describe('createJourneyContexts', (test) => {
  test('gives code the variables of its own agent: what it sets steps read, what they extract it reads', () => {
    const variables = new VariableStore(new Map(), new Map(), true)
    const createContext = createJourneyContexts({
      drivers: new Map(),
      variables,
      plan: aRunPlan(),
      setupValue: null,
    })
    const [one, other] = [createContext(aPort(0)), createContext(aPort(1))]
    one.agent.vars['token'] = 'abc'
    variables.set(0, 'cart', '5')

    assert.equal([variables.get(0, 'token'), one.agent.vars['cart']], ['abc', '5'])
    assert.equal([variables.get(1, 'token'), other.agent.vars['cart']], [undefined, undefined])
  })
})
