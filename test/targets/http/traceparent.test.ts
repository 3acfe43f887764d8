import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { traceIdOf } from '../../../harness/base/trace-id.ts'
import { Traceparents } from '../../../harness/targets/http/traceparent.ts'
import { describe } from '../../kit/suite.ts'

const PREFIX = '0123456789abcdef0003'
const aTracing = (issued = 0) => ({ correlationId: 'cor-1', prefix: PREFIX, issued })

describe('Traceparents', (test) => {
  test('writes the version, the trace of the exchange, the span of the attempt, and that it is sampled', () => {
    const exchange = { traceNumber: 0 }
    const line = new Traceparents(aTracing(254)).line(exchange)

    assert.is(line, `traceparent: 00-${PREFIX}0000000000ff-00030000000000ff-01\r\n`)
    assert.is(exchange.traceNumber, 255)
  })

  test('keeps the trace of an exchange over its attempts, each a span of its own', () => {
    const traceparents = new Traceparents(aTracing())
    const exchange = { traceNumber: 0 }
    const [first, second] = [traceparents.value(exchange), traceparents.value(exchange)].map((value) =>
      value.split('-'),
    )

    assert.equal([first?.[1], second?.[1]], [traceIdOf(PREFIX, 1), traceIdOf(PREFIX, 1)])
    assert.equal([first?.[2], second?.[2]], ['0003000000000001', '0003000000000002'])
  })

  test('counts with the other drivers of its shard', () => {
    const tracing = aTracing()
    const traces = [1, 2, 3, 4].map((_, i) => {
      const exchange = { traceNumber: 0 }
      // Each driver has its own.
      new Traceparents(tracing).line(exchange)
      return [i, exchange.traceNumber]
    })

    assert.equal(traces, [
      [0, 1],
      [1, 2],
      [2, 3],
      [3, 4],
    ])
  })

  test('writes the same digits as a trace id is told by, for any number', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 48 - 2 }), (issued) => {
        const exchange = { traceNumber: 0 }
        const value = new Traceparents(aTracing(issued)).value(exchange)
        const id = traceIdOf(PREFIX, exchange.traceNumber)

        assert.is(value, `00-${id}-${id.slice(16)}-01`)
      }),
    )
  })

  test('stamps a line where it stands among other bytes, and touches no other', () => {
    const traceparents = new Traceparents(aTracing(8))
    const bytes = Buffer.from(`GET / HTTP/1.1\r\n${traceparents.blankLine}\r\nbody`)
    traceparents.stamp({ traceNumber: 0 }, bytes, 16)

    const line = `traceparent: 00-${traceIdOf(PREFIX, 9)}-0003000000000009-01\r\n`
    assert.is(`${bytes}`, `GET / HTTP/1.1\r\n${line}\r\nbody`)
  })
})
