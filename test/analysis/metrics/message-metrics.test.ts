import * as assert from 'uvu/assert'
import { judge } from '../../../harness/analysis/judge.ts'
import { parseObjectives } from '../../../harness/analysis/objective-grammar.ts'
import type { MessageCounts } from '../../../harness/model/message-counts.ts'
import type { RunRecord } from '../../../harness/model/run-record.ts'
import { messagesTable } from '../../../harness/reporters/tables/message-tables.ts'
import { aRecord } from '../../kit/builders.ts'
import { describe } from '../../kit/suite.ts'

const COUNTS: MessageCounts = {
  target: 'orders',
  issued: 1010,
  refused: 10,
  inDoubt: 5,
  expired: 3,
  delivered: 975,
  duplicates: 39,
  reordered: 195,
  late: 1,
  foreign: 2,
  skewed: 0,
}

/** A run of two targets that consume: one that lost messages, and one that did not. */
function aMessageRun(): RunRecord {
  const record = aRecord({
    okMs: [5, 6],
    interval: (index) => ({ consumerLag: { orders: 10 * index, news: 1 } }),
  })
  const channel = { mode: 'once', subscribers: 2 } as const
  const targets = {
    orders: { plugin: 'nats', config: {}, channel },
    news: { plugin: 'nats', config: {}, channel: { ...channel, mode: 'each' as const } },
  }
  return {
    ...record,
    plan: { ...record.plan, targets },
    messages: [{ ...COUNTS, target: 'news', inDoubt: 0, expired: 0, delivered: 1000 }, COUNTS],
  }
}

const verdictOf = (...stated: readonly string[]) => {
  const { objectives, problems } = parseObjectives(stated, 'objectives')
  assert.equal(problems, [])
  const run = aMessageRun()
  return judge({ ...run, plan: { ...run.plan, objectives } }, { strict: false })
}
const observed = (expect: string) => verdictOf(expect).objectives[0]?.observed

describe('Metrics of messages', (test) => {
  test('are those of one target, or of all', () => {
    assert.is(observed('loss_ratio{target=orders} <= 0%'), 0.02)
    assert.is(observed('loss_ratio{target=news} <= 0%'), 0)
    assert.is(observed('loss_ratio <= 0%'), 0.01)
    assert.is(observed('duplicate_ratio{target=orders} <= 0%'), 0.04)
    assert.is(observed('reorder_ratio{target=orders} <= 0%'), 0.2)
    assert.is(observed('loss_ratio{target=nobody} <= 0%'), null)
  })

  test('know the highest lag of a second', () => {
    const lag = observed('max(consumer_lag{target=orders}) <= 10')
    assert.is(lag, 10 * (aMessageRun().intervals.length - 1))
  })

  test('cannot be watched while load runs: what has not arrived is not lost yet', () => {
    const { problems } = parseObjectives([{ expect: 'loss_ratio <= 0%', abort: true }], 'objectives')

    assert.match(problems[0]?.message ?? '', /known only when the load is over/)
  })

  test('are in the summary and in a table, and add up', () => {
    const verdict = verdictOf('loss_ratio <= 0%')
    const { published, delivered, lost, inDoubt, mode, subscribers } = verdict.summary.messages['orders']!
    assert.equal([published, delivered, lost, inDoubt], [1000, 975, 20, 5])
    assert.equal([mode, subscribers], ['once', 2])

    const { rows, notes } = messagesTable(verdict)
    assert.equal(rows[1], ['orders', '1,000', '975', '20', '5', '10', '39', '195'])
    assert.equal(notes?.[0]?.texts, [
      'each message for all of 2 subscribers; 1 arrived after they were given up as lost; 2 of no publisher of this run',
      '1 arrived after they were given up as lost; 2 of no publisher of this run',
    ])
  })
})
