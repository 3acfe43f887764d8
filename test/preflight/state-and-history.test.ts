import * as assert from 'uvu/assert'
import { HarnessError } from '../../harness/base/errors.ts'
import { historyWritable } from '../../harness/preflight/history-writable.ts'
import { stateWritable } from '../../harness/preflight/state-writable.ts'
import { aPreflightContext } from '../kit/preflight-context.ts'
import { describe } from '../kit/suite.ts'

const away = () =>
  Promise.reject(new HarnessError('STATE_UNREACHABLE', 'redis://cache:6379 is away', { hint: 'Start it.' }))

describe('stateWritable', (test) => {
  test('writes nothing for a run that only reads, and is content with a store that takes a value', async () => {
    const [unused] = await stateWritable.check(aPreflightContext())
    const [used] = await stateWritable.check(aPreflightContext({ writeState: () => Promise.resolve() }))
    assert.equal([unused?.level, used?.level], ['ok', 'ok'])
    assert.match(unused?.message ?? '', 'only reads')
  })

  test('blocks on a store that does not, with the advice of the store', async () => {
    const [finding] = await stateWritable.check(aPreflightContext({ writeState: away }))
    assert.equal(finding, {
      check: 'state-writable',
      level: 'blocked',
      message: 'redis://cache:6379 is away',
      hint: 'Start it.',
    })
  })
})

describe('historyWritable', (test) => {
  test('is content without a history, and with one that takes runs', async () => {
    const [none] = await historyWritable.check(aPreflightContext())
    const [used] = await historyWritable.check(aPreflightContext({ writeHistory: () => Promise.resolve() }))
    assert.equal([none?.level, used?.level], ['ok', 'ok'])
  })

  test('blocks on one that does not, and says how to do without', async () => {
    const [finding] = await historyWritable.check(aPreflightContext({ writeHistory: away }))
    assert.equal([finding?.level, finding?.message], ['blocked', 'redis://cache:6379 is away'])
    assert.match(finding?.hint ?? '', '--no-history')
  })
})
