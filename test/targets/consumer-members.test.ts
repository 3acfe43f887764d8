import * as assert from 'uvu/assert'
import { ConsumerMembers, type Consuming } from '../../harness/targets/consumer-members.ts'
import { describe } from '../kit/suite.ts'
import { turnsOfTheLoop } from '../kit/until.ts'
import { VirtualClock } from '../kit/virtual-clock.ts'

/** A connection that a test ends when it wants to. */
interface FakeConnection {
  readonly number: number
  lose(text: string): void
}

/** Consumers on connections whose number tells when they were opened; `consume` decides whether each may. */
function aRig(consume: (connection: FakeConnection) => Promise<void>) {
  const clock = new VirtualClock()
  const opened: FakeConnection[] = []
  const ended: number[] = []
  const faults: string[] = []
  const losses = new Map<FakeConnection, (error: unknown) => void>()
  const consuming: Consuming<FakeConnection> = {
    members: 1,
    source: 'orders',
    connect() {
      const connection: FakeConnection = {
        number: opened.length,
        lose: (text) => losses.get(connection)?.(new Error(text)),
      }
      opened.push(connection)
      return Promise.resolve(connection)
    },
    watch: (connection, lost) => void losses.set(connection, lost),
    consume,
    end(connection) {
      ended.push(connection.number)
      return Promise.resolve()
    },
    kindOf: () => 'closed',
  }
  const members = new ConsumerMembers(consuming, {
    clock,
    events: {
      measure: () => undefined,
      fault: (step, kind, text) => faults.push(`${step}: ${kind}: ${text}`),
    },
    place: { target: 'main', runId: 'run', shard: 0, shardCount: 1 },
  })
  return {
    members,
    opened,
    ended,
    faults,
    async pass(ms: number) {
      await clock.advance(ms)
      await turnsOfTheLoop()
    },
  }
}

describe('The members of a group of consumers', (test) => {
  test('open again when they are lost, once', async () => {
    const { members, opened, faults, pass } = aRig(() => Promise.resolve())
    await members.open()
    opened[0]?.lose('gone')
    opened[0]?.lose('gone twice')
    await pass(0)
    assert.is(members.openCount, 0)
    await pass(250)

    assert.equal([opened.length, members.openCount], [2, 1])
    assert.equal(faults, ['consume orders: closed: a consumer: gone'])
    await members.close()
  })

  test('that connect and cannot consume are tried again by one attempt at a time, each told of once', async () => {
    let isRefused = false
    const { members, opened, ended, faults, pass } = aRig((connection) => {
      if (!isRefused) return Promise.resolve()
      connection.lose('refused')
      return Promise.reject(new Error('refused'))
    })
    await members.open()
    isRefused = true
    opened[0]?.lose('gone')
    await pass(0)
    for (let attempt = 0; attempt < 4; attempt++) await pass(250)

    assert.equal([opened.length, members.openCount], [5, 0])
    assert.equal(ended, [1, 2, 3, 4])
    assert.equal(
      faults,
      ['gone', ...Array(4).fill('refused')].map((text) => `consume orders: closed: a consumer: ${text}`),
    )
    isRefused = false
    await pass(250)
    assert.is(members.openCount, 1)
    await members.close()
  })

  test('that cannot consume at first are ended, and the failure is told', async () => {
    const { members, ended } = aRig(() => Promise.reject(new Error('no such queue')))
    const message = await members.open().catch((error) => error.message)

    assert.equal([message, ended, members.openCount], ['no such queue', [0], 0])
  })
})
