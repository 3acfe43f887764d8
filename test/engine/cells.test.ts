import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { HIGHEST_US, Histogram } from '../../harness/base/histogram.ts'
import { allocateCell, CellReader, CellWriter } from '../../harness/engine/cells.ts'
import { describe } from '../kit/suite.ts'

const QUANTILES = [0, 0.1, 0.5, 0.9, 0.99, 0.999, 1]
/** Every order of magnitude as likely as the next. */
const anyUs = fc
  .double({ min: 0, max: Math.log(HIGHEST_US), noNaN: true })
  .map((log) => Math.round(Math.exp(log)))

function createCell() {
  const buffer = allocateCell()
  return { writer: new CellWriter(buffer), reader: new CellReader(buffer) }
}

describe('cells', (test) => {
  test('count as hdr-histogram-js counts', () => {
    fc.assert(
      fc.property(fc.array(anyUs, { minLength: 1, maxLength: 300 }), (values) => {
        const { writer, reader } = createCell()
        const oracle = new Histogram()
        for (const valueUs of values) {
          writer.record(valueUs)
          oracle.record(valueUs)
        }
        const read = Histogram.ofSparse(reader.takeGain()?.counts ?? [])
        assert.equal([...read.buckets()], [...oracle.buckets()])
        for (const quantile of QUANTILES) assert.is(read.quantileUs(quantile), oracle.quantileUs(quantile))
      }),
      { numRuns: 40 },
    )
  })

  test('keep the exact sum', () => {
    const { writer, reader } = createCell()
    for (const valueUs of [1, 2_049, 123_457, 3_000_000_001]) writer.record(valueUs)

    assert.is(reader.takeGain()?.sumUs, 3_000_125_508)
  })

  test('clamp what lies outside their range, and count what lies above it', () => {
    const { writer, reader } = createCell()
    writer.record(0)
    writer.record(HIGHEST_US)
    writer.record(HIGHEST_US + 1)
    writer.record(HIGHEST_US * 2)
    const gain = reader.takeGain()

    assert.is(gain?.overflowCount, 2)
    assert.is(Histogram.ofSparse(gain?.counts ?? []).count, 4)
    assert.is(gain?.sumUs, HIGHEST_US * 4 + 1, 'the sum is of what was observed')
  })

  test('give each observation to one reading only', () => {
    const { writer, reader } = createCell()
    assert.is(reader.takeGain(), null)
    writer.record(100)
    writer.record(100)
    assert.equal(reader.takeGain(), { counts: [100, 2], sumUs: 200, overflowCount: 0, overBounds: [] })
    assert.is(reader.takeGain(), null)
    writer.record(100)
    writer.record(7)
    assert.equal(reader.takeGain(), { counts: [7, 1, 100, 1], sumUs: 107, overflowCount: 0, overBounds: [] })
  })

  test('give the right difference when a 32-bit bucket has wrapped around', () => {
    const buffer = allocateCell()
    const counts = new Uint32Array(buffer, buffer.byteLength - 23 * 1024 * 4)
    counts[5] = 0xffff_ffff
    const writer = new CellWriter(buffer)
    const reader = new CellReader(buffer)
    writer.record(7)
    reader.takeGain()
    writer.record(5)
    writer.record(5)

    assert.equal(reader.takeGain()?.counts, [5, 2])
  })

  test('counts what exceeds a bound exactly, also inside a bucket', () => {
    const boundsUs = [100_050, 200_000]
    const buffer = allocateCell(boundsUs)
    const writer = new CellWriter(buffer, boundsUs)
    const reader = new CellReader(buffer, boundsUs)
    // One bucket holds all of the first three.
    for (const valueUs of [100_040, 100_050, 100_051, 250_000]) writer.record(valueUs)
    assert.equal(reader.takeGain()?.overBounds, [2, 1])
    writer.record(100_060)
    assert.equal(reader.takeGain()?.overBounds, [1, 0])
  })
})
