import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { messageFigures } from '../../harness/analysis/message-figures.ts'
import { addNumbers } from '../../harness/base/add-numbers.ts'
import { LedgerChannel } from '../../harness/engine/delivery-channel.ts'
import { allocateLedger, type LedgerSizes, messageCountsOf } from '../../harness/engine/ledger-memory.ts'
import type { MessageChannel } from '../../harness/model/message-counts.ts'
import { describe } from '../kit/suite.ts'
import { VirtualClock } from '../kit/virtual-clock.ts'

const ONCE: MessageChannel = { mode: 'once', subscribers: 2 }

interface Measured {
  readonly step: string
  readonly name: string
  readonly value: number
  readonly intendedMs: number
}

/** The channels of a run's shards, in one thread, and what they measured. */
function aLedger(shardCount: number, channel = ONCE, sizes: LedgerSizes = {}) {
  const clock = new VirtualClock(1000)
  const memory = allocateLedger(channel, shardCount, sizes)
  const measured: Measured[] = []
  const faults: string[] = []
  const shards = Array.from(
    { length: shardCount },
    (_, shard) =>
      new LedgerChannel({
        memory,
        runId: 'run-1',
        shard,
        clock,
        events: {
          measure: (step, { name }, value, intendedMs) => measured.push({ step, name, value, intendedMs }),
          fault: (step, kind, text) => faults.push(`${step} ${kind} ${text.split(':')[0]}`),
        },
      }),
  )
  const figures = () =>
    messageFigures({
      target: 'main',
      ...memory.counters.map((buffer) => messageCountsOf(new Float64Array(buffer))).reduce(addNumbers),
    })
  return { clock, shards, measured, faults, figures, at: (shard: number) => shards[shard % shardCount]! }
}

type Ledger = ReturnType<typeof aLedger>

/** Publishes and returns the header as it travels, and the number. */
function publish({ at, clock }: Ledger, shard: number, connection = 0) {
  const channel = at(shard)
  const sequence = channel.publish(`step-${shard}`, connection, clock.nowMs() - 5, clock.nowMs() - 2)
  return { header: Uint8Array.from(channel.header), sequence, shard }
}

const deliver = (ledger: Ledger, header: Uint8Array, shard = 0, subscriber = 0) =>
  ledger.at(shard).deliver(header, subscriber, ledger.clock.nowMs())

const sum = ({ delivered, lost, inDoubt }: ReturnType<Ledger['figures']>) => delivered + lost + inDoubt

describe('A message ledger', (test) => {
  for (const shardCount of [1, 2, 3, 4])
    test(`counts what was published, delivered, lost, twice and out of order over ${shardCount} shards`, () => {
      const ledger = aLedger(shardCount, ONCE, { capacity: 4096, firstSequence: 2 ** 32 - 32 })
      const sent = Array.from({ length: 100 * shardCount }, (_, i) => publish(ledger, i % shardCount))

      // Of each shard: every tenth is dropped, every seventh comes twice, and one neighbour pair is swapped.
      const ofShard = (shard: number) => sent.filter((message) => message.shard === shard)
      for (let shard = 0; shard < shardCount; shard++) {
        const mine = ofShard(shard)
        ;[mine[2], mine[3]] = [mine[3]!, mine[2]!]
        mine.forEach(({ header }, i) => {
          if (i % 10 === 9) return
          assert.is(deliver(ledger, header, shard + 1), 'first')
          if (i % 7 === 0) assert.is(deliver(ledger, header, shard + 2), 'again')
        })
      }

      const { published, delivered, lost, inDoubt, duplicates, reordered } = ledger.figures()
      // Of 0, 7, ..., 98 the dropped ones are 49.
      assert.equal(
        { published, delivered, lost, inDoubt, duplicates, reordered },
        {
          published: 100 * shardCount,
          delivered: 90 * shardCount,
          lost: 10 * shardCount,
          inDoubt: 0,
          duplicates: 14 * shardCount,
          reordered: shardCount,
        },
      )
      assert.is(ledger.at(0).pending(), 10 * shardCount)
    })

  test('adds up exactly, whatever happens to messages in whatever order', () => {
    const anEvent = fc.record({
      what: fc.constantFrom('publish', 'deliver', 'refuse', 'doubt'),
      which: fc.nat(200),
      shard: fc.nat(3),
      subscriber: fc.nat(2),
    })
    fc.assert(
      fc.property(fc.array(anEvent, { maxLength: 300 }), fc.boolean(), (events, isEach) => {
        const channel: MessageChannel = { mode: isEach ? 'each' : 'once', subscribers: 3 }
        const ledger = aLedger(4, channel, { capacity: 128, firstSequence: 2 ** 32 - 16 })
        const sent: ReturnType<typeof publish>[] = []
        for (const { what, which, shard, subscriber } of events) {
          if (what === 'publish') sent.push(publish(ledger, shard))
          const message = sent[which % Math.max(1, sent.length)]
          if (message === undefined || what === 'publish') continue
          if (what === 'deliver') deliver(ledger, message.header, shard, subscriber)
          else ledger.at(message.shard).withdraw(message.sequence, what === 'refuse' ? 'refused' : 'in-doubt')
        }
        const figures = ledger.figures()
        assert.is(sum(figures), figures.published)
        assert.is(figures.published + figures.refused, sent.length * (isEach ? 3 : 1))
        assert.ok(Math.min(figures.lost, figures.inDoubt, figures.refused) >= 0)
      }),
    )
  })

  test('takes a message that was in doubt, or even refused, as delivered when it arrives', () => {
    const ledger = aLedger(2)
    const [refused, doubted, arrived, gone] = [0, 1, 0, 1].map((shard) => publish(ledger, shard))
    ledger.at(0).withdraw(refused!.sequence, 'refused')
    ledger.at(1).withdraw(doubted!.sequence, 'in-doubt')
    ledger.at(1).withdraw(gone!.sequence, 'in-doubt')
    assert.is(ledger.at(0).pending(), 1)

    for (const { header } of [refused!, doubted!, arrived!]) assert.is(deliver(ledger, header, 1), 'first')
    ledger.at(0).withdraw(arrived!.sequence, 'in-doubt')

    const { published, delivered, inDoubt, lost, refused: left } = ledger.figures()
    assert.equal([published, delivered, inDoubt, lost, left], [4, 3, 1, 0, 0])
  })

  test('expects a message of every subscriber where each gets it', () => {
    const ledger = aLedger(2, { mode: 'each', subscribers: 3 })
    const { header } = publish(ledger, 0)
    const kinds = [0, 1, 1].map((subscriber) => deliver(ledger, header, subscriber, subscriber))

    const { published, delivered, lost, duplicates } = ledger.figures()
    assert.equal(kinds, ['first', 'first', 'again'])
    assert.equal([published, delivered, lost, duplicates], [3, 2, 1, 1])
  })

  test('gives up what is still expected when its memory is needed again, and tells it from what is late', () => {
    const ledger = aLedger(1, ONCE, { capacity: 128 })
    const first = publish(ledger, 0)
    for (let i = 0; i < 300; i++) deliver(ledger, publish(ledger, 0).header)

    assert.is(deliver(ledger, first.header), 'late')
    const { published, delivered, lost, late } = ledger.figures()
    assert.equal([published, delivered, lost, late], [301, 300, 1, 1])
  })

  test('judges the order of each connection by itself, and not that of what comes again', () => {
    const ledger = aLedger(1)
    const [a1, b1, a2] = [publish(ledger, 0, 1), publish(ledger, 0, 2), publish(ledger, 0, 1)]
    for (const { header } of [a1!, a2!, b1!, a1!]) deliver(ledger, header)

    const { reordered, duplicates } = ledger.figures()
    assert.equal([reordered, duplicates], [0, 1])
  })

  test('counts what no publisher of the run sent, and nothing else of it', () => {
    const ledger = aLedger(2)
    const other = new LedgerChannel({
      memory: allocateLedger(ONCE, 2),
      runId: 'another run',
      shard: 0,
      clock: ledger.clock,
      events: { measure: () => undefined, fault: () => undefined },
    })
    other.publish('step', 0, 0, 0)
    const { header } = publish(ledger, 0)
    const unpublished = Uint8Array.from(header)
    unpublished[15] = 77

    for (const bytes of [other.header, unpublished, new Uint8Array(27), new Uint8Array(0)])
      assert.is(deliver(ledger, bytes), 'foreign')
    const { published, delivered, foreign } = ledger.figures()
    assert.equal([published, delivered, foreign], [1, 0, 4])
  })

  test('times a delivery for the step that published it, from the intended instant and from sending', () => {
    const ledger = aLedger(2)
    const { header } = publish(ledger, 1)
    ledger.at(0).deliver(header, 0, 1010)

    assert.equal(ledger.measured, [
      { step: 'step-1', name: 'messages_delivered', value: 1, intendedMs: 995 },
      { step: 'step-1', name: 'delivery_time', value: 15, intendedMs: 995 },
      { step: 'step-1', name: 'transit_time', value: 12, intendedMs: 995 },
    ])
  })

  test('never repairs a time below zero: it is a fault and not timed', () => {
    const ledger = aLedger(1)
    const { header } = publish(ledger, 0)
    ledger.at(0).deliver(header, 0, 997)

    assert.equal(ledger.faults, ['step-0 protocol clock_skew'])
    assert.equal(
      ledger.measured.map(({ name }) => name),
      ['messages_delivered'],
    )
    const { delivered, skewed } = ledger.figures()
    assert.equal([delivered, skewed], [1, 1])
  })

  test('is drained when no shard publishes any more and all has arrived, or when the time is up', async () => {
    const ledger = aLedger(2)
    const [here, gone] = [publish(ledger, 0), publish(ledger, 1)]
    const ended: string[] = []
    void ledger
      .at(0)
      .drained(9000)
      .then(() => ended.push('first'))
    deliver(ledger, here!.header)
    deliver(ledger, gone!.header)
    await ledger.clock.advance(100)
    assert.equal(ended, [])

    void ledger
      .at(1)
      .drained(9000)
      .then(() => ended.push('second'))
    await ledger.clock.advance(100)
    assert.equal(ended.sort(), ['first', 'second'])

    publish(ledger, 0)
    void ledger
      .at(0)
      .drained(ledger.clock.nowMs() + 50)
      .then(() => ended.push('late'))
    await ledger.clock.advance(40)
    assert.is(ended.length, 2)
    await ledger.clock.advance(20)
    assert.is(ended.length, 3)
  })
})
