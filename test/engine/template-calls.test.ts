import * as assert from 'uvu/assert'
import { type CallingAgent, CallScope, TemplateCalls } from '../../harness/engine/template-calls.ts'
import { describe } from '../kit/suite.ts'
import { VirtualClock } from '../kit/virtual-clock.ts'

const anAgent = (identity: number): CallingAgent => ({ identity, passes: new Map(), counted: null })

/** The calls of several threads of a run, with one counter. */
function threadsOf(count: number, seed = 7) {
  const clock = new VirtualClock(0)
  const counted = new Uint32Array(new SharedArrayBuffer(4))
  return Array.from(
    { length: count },
    () => new TemplateCalls({ seed, clock, counters: ['orders'], counted }),
  )
}

function scopeAt(number: number): CallScope {
  const scope = new CallScope()
  scope.begin(number)
  return scope
}

/** Values of 12 agents with 5 requests each, sorted; agent a is of thread a mod threads. */
function sentBy(threads: number, call: string, seed?: number): string[] {
  const calls = threadsOf(threads, seed)
  const values: string[] = []
  for (let identity = 0; identity < 12; identity++) {
    const agent = anAgent(identity)
    for (let number = 1; number <= 5; number++)
      values.push(calls[identity % threads]?.value(call, agent, scopeAt(number)) ?? '-')
  }
  return values.sort()
}

describe('TemplateCalls', (test) => {
  test('send the same set on one thread and on four, by the seed', () => {
    for (const call of [
      'uuid()#a',
      'randomInteger(1, 1000)#a',
      'randomString(12)#a',
      'sequence()#a',
      'counter(orders)#a',
    ])
      assert.equal(sentBy(4, call), sentBy(1, call), call)
    assert.not.equal(sentBy(1, 'uuid()#a', 8), sentBy(1, 'uuid()#a', 7))
  })

  test('draw anew for each agent, request and place', () => {
    assert.is(new Set([...sentBy(1, 'uuid()#a'), ...sentBy(1, 'uuid()#b')]).size, 120)
  })

  test('count every number once over all threads', () => {
    const numbers = sentBy(4, 'counter(orders)#a').map(Number)
    assert.equal(
      numbers.sort((a, b) => a - b),
      Array.from({ length: 60 }, (_, i) => i + 1),
    )
  })

  test('keep their values within a request, however often it is put together, and when it is tried again', () => {
    const [calls] = threadsOf(1) as [TemplateCalls]
    const agent = anAgent(3)
    const first = scopeAt(1)
    const valuesIn = (scope: CallScope) =>
      ['uuid()#a', 'counter(orders)#a', 'sequence()#a'].map((call) => calls.value(call, agent, scope))

    const sent = valuesIn(first)
    assert.equal(valuesIn(first), sent)
    assert.equal(valuesIn(scopeAt(1)), sent)
    const [, count, turn] = valuesIn(scopeAt(2))
    assert.equal([count, turn], ['2', '2'])
  })

  test('give a call with the label of its author one value wherever it stands, and counters of one name one count', () => {
    const [calls] = threadsOf(1) as [TemplateCalls]
    const [agent, scope] = [anAgent(0), scopeAt(1)]
    const counts = ['counter(orders)#one', 'counter(orders)#two', 'counter(orders)#one'].map((call) =>
      calls.value(call, agent, scope),
    )
    assert.equal(counts, ['1', '2', '1'])
  })

  test('have no value where they cannot be made', () => {
    const [calls] = threadsOf(1) as [TemplateCalls]
    assert.is(calls.value('nobody()', anAgent(0), scopeAt(1)), undefined)
  })
})
