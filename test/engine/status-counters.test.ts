import * as assert from 'uvu/assert'
import { allocateStatusCounters, StatusReader, StatusWriter } from '../../harness/engine/status-counters.ts'
import { describe } from '../kit/suite.ts'

describe('Answers by status', (test) => {
  const count = (statuses: readonly number[]) => {
    const buffer = allocateStatusCounters()
    const writer = new StatusWriter(buffer)
    for (const status of statuses) writer.count(status)
    return { writer, reader: new StatusReader(buffer) }
  }

  test('are told apart whatever the numbers of the protocol are', () => {
    // SQLSTATE 40001 in base 36, and two statuses that begin at the same place.
    const { reader } = count([200, 6_718_465, 200, 456, 503])

    assert.equal(reader.takeGain().statuses, { 200: 2, 456: 1, 503: 1, 6718465: 1 })
  })

  test('that were judged wrong are counted once more', () => {
    const { reader, writer } = count([200, 503])
    writer.count(503, true)

    assert.equal(reader.takeGain(), { statuses: { 200: 1, 503: 2 }, failedStatuses: { 503: 1 } })
  })

  test('are gained since the last look', () => {
    const { reader, writer } = count([1, 1, 2])
    reader.takeGain()
    writer.count(2)

    assert.equal([reader.takeGain().statuses, reader.takeGain().statuses], [{ 2: 1 }, {}])
  })

  test('that are more than the table holds are left out, and harm no other', () => {
    const { reader, writer } = count(Array.from({ length: 300 }, (_, i) => i + 1))
    writer.count(7)
    const gain = reader.takeGain().statuses

    assert.is(Object.keys(gain).length, 256)
    assert.is(gain['7'], 2)
  })
})
