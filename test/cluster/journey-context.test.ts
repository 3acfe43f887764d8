import * as assert from 'uvu/assert'
import { createJourneyContexts } from '../../harness/cluster/journey-context.ts'
import type { CodePort } from '../../harness/engine/code-port.ts'
import type { RequestOp } from '../../harness/engine/program.ts'
import { VariableStore } from '../../harness/engine/variables.ts'
import { ERROR_KIND_INDEX } from '../../harness/model/outcome.ts'
import type { HttpClient } from '../../harness/targets/http/client.ts'
import { httpPlugin } from '../../harness/targets/http/index.ts'
import { withDriver } from '../kit/drive.ts'
import { aRunPlan } from '../kit/plan-builders.ts'
import { describe } from '../kit/suite.ts'

const aPort = (agent: number): CodePort => ({
  agent,
  send: () => Promise.reject(new Error('nothing is sent')),
  think: () => Promise.resolve(),
  check: () => undefined,
  draw: () => 0,
  identity: () => agent,
})

describe('createJourneyContexts', (test) => {
  test('gives code the variables of its own agent: what it sets steps read, what they extract it reads', () => {
    const variables = new VariableStore(new Map(), {}, true)
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

  test('sends requests of code under the timeouts and with the retry of the scenario, but for their own', async () => {
    const timeouts = { connectMs: 100, firstByteMs: 200, totalMs: 300 }
    const retry = {
      attempts: 3,
      on: ['status' as const],
      backoff: { baseMs: 10, factor: 2, maxMs: 40, jitterRatio: 0 },
    }
    const config = { url: 'http://127.0.0.1:1' }
    const targets = { main: { plugin: 'http', config: httpPlugin.configSchema.parse(config) } }
    const sent: RequestOp[] = []
    const send: CodePort['send'] = (op) => {
      sent.push(op)
      return new Promise(() => undefined)
    }

    await withDriver(httpPlugin, config, async (driver) => {
      const createContext = createJourneyContexts({
        drivers: new Map([['main', driver]]),
        variables: new VariableStore(new Map(), {}, true),
        plan: aRunPlan({ timeouts, retry, targets }),
        setupValue: null,
      })
      const target = createContext({ ...aPort(0), send }).target as HttpClient
      void target.get('/')
      void target.get('/', { timeouts: { totalMs: 250 } })
    })

    assert.equal(
      sent.map((op) => op.timeouts),
      [timeouts, { ...timeouts, totalMs: 250 }],
    )
    for (const op of sent) {
      assert.equal([op.retry?.attempts, op.retry?.backoff], [3, retry.backoff])
      assert.ok(op.retry?.on[ERROR_KIND_INDEX.status])
      assert.not.ok(op.retry?.on[ERROR_KIND_INDEX.reset])
    }
  })
})
