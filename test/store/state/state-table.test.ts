import * as assert from 'uvu/assert'
import { StateTable } from '../../../harness/store/state/state-table.ts'
import { describe } from '../../kit/suite.ts'
import { VirtualClock } from '../../kit/virtual-clock.ts'

describe('StateTable', (test) => {
  test('lets a value live to its last millisecond', async () => {
    const clock = new VirtualClock()
    const table = new StateTable(clock)
    table.set('a', 'x', { ttlMs: 100 })
    await clock.advance(99)
    assert.is(table.get('a'), 'x')
    await clock.advance(1)
    assert.is(table.get('a'), null)
  })

  test('comes back from its document as it was, without what has expired', async () => {
    const clock = new VirtualClock()
    const table = new StateTable(clock)
    table.set('late', 'x', { ttlMs: 100 })
    table.set('soon', 'x', { ttlMs: 10 })
    table.append('log', 'line')
    await clock.advance(50)
    const { document } = table
    assert.equal(Object.keys(document.values), ['late'])
    const again = new StateTable(clock, document)
    assert.equal([again.get('late'), again.lines('log')], ['x', ['line']])
    await clock.advance(50)
    assert.is(again.get('late'), null)
  })

  test('knows whether anything has changed', () => {
    const table = new StateTable(new VirtualClock())
    table.delete('nothing')
    table.compareAndSet('a', 'x', 'y')
    table.compareAndSet('a', null, null)
    assert.is(table.changed, false)
    table.setIfAbsent('a', 'x')
    assert.is(table.changed, true)
  })
})
