import * as assert from 'uvu/assert'
import { AgentTable } from '../../harness/engine/agents.ts'
import { describe } from '../kit/suite.ts'

const region = (name: string, weight: number, networkDelayMs: number) => ({
  name,
  weight,
  timeZone: 'UTC',
  networkDelayMs,
})
const numbers = (amount: number) => Array.from({ length: amount }, (_, i) => i)

const tableOf = (slots: number) => new AgentTable(5, [{ slots, regions: [] }])

describe('AgentTable', (test) => {
  test('gives an agent its luck by identity, whatever its slot and its thread', () => {
    const [one, other] = [tableOf(10), tableOf(3)]
    one.assume(9, 77)
    other.assume(0, 77)

    assert.equal(
      numbers(5).map(() => one.draw(9)),
      numbers(5).map(() => other.draw(0)),
    )
  })

  test('gives different agents and different seeds different luck', () => {
    const table = new AgentTable(5, [{ slots: 2, regions: [] }])
    const reseeded = new AgentTable(6, [{ slots: 1, regions: [] }])
    table.assume(0, 1)
    table.assume(1, 2)
    reseeded.assume(0, 1)
    const draws = [table.draw(0), table.draw(1), reseeded.draw(0)]

    assert.is(new Set(draws).size, 3)
  })

  test('starts anew when a slot takes another identity', () => {
    const table = new AgentTable(5, [{ slots: 1, regions: [] }])
    table.assume(0, 1)
    const first = table.draw(0)
    table.iteration[0] = 4
    table.assume(0, 1)

    assert.is(table.draw(0), first)
    assert.is(table.iteration[0], 0)
  })

  test('remembers identities of 32 bits', () => {
    const table = new AgentTable(5, [{ slots: 1, regions: [] }])
    for (const identity of [0, 1, 2 ** 31, 2 ** 32 - 1]) {
      table.assume(0, identity)
      assert.is(table.identity(0), identity)
    }
  })

  test('spreads agents over regions by weight', () => {
    const table = new AgentTable(5, [{ slots: 4_000, regions: [region('near', 3, 0), region('far', 1, 80)] }])
    for (const agent of numbers(4_000)) table.assume(agent, agent)
    const far = numbers(4_000).filter((agent) => table.networkDelayMs(agent) === 80).length

    assert.ok(Math.abs(far - 1_000) < 120, `${far} of 4,000 far away`)
  })

  test('adds no delay without regions', () => {
    const table = new AgentTable(5, [{ slots: 1, regions: [] }])
    table.assume(0, 3)

    assert.is(table.networkDelayMs(0), 0)
  })

  test('draws times evenly from a range, and takes no draw for a fixed one', () => {
    const table = new AgentTable(5, [{ slots: 1, regions: [] }])
    table.assume(0, 3)
    const times = numbers(2_000).map(() => table.drawMs(0, { minMs: 100, maxMs: 300 }))
    const mean = times.reduce((sum, ms) => sum + ms, 0) / times.length

    assert.ok(Math.min(...times) >= 100 && Math.max(...times) < 300)
    assert.ok(Math.abs(mean - 200) < 5, `mean ${mean}`)
    table.assume(0, 3)
    assert.is(table.drawMs(0, { minMs: 5, maxMs: 5 }), 5)
    const next = table.draw(0)
    table.assume(0, 3)
    assert.is(table.draw(0), next)
  })
})
