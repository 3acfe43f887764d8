import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { HIGHEST_US, lowestOfBucket, PAGE_BUCKETS } from '../../harness/base/histogram.ts'
import {
  allocateCell,
  type BoundsUs,
  CellReader,
  CellWriter,
  PageAllocator,
  PageMemory,
} from '../../harness/engine/cells.ts'
import { totalOf } from '../../harness/measure/sparse-counts.ts'
import { anyUs, histogramOf } from '../kit/latencies.ts'
import { describe } from '../kit/suite.ts'

function createCell(boundsUs: BoundsUs = []) {
  const { memory, allocator, chunks } = createMemory()
  const buffer = allocateCell(boundsUs)
  return {
    writer: new CellWriter(buffer, allocator, boundsUs),
    reader: new CellReader(buffer, memory, boundsUs),
    chunks,
  }
}

/** Both ends of the pages of a shard. */
function createMemory() {
  const chunks: SharedArrayBuffer[] = []
  const memory = new PageMemory()
  const allocator = new PageAllocator((chunk) => {
    chunks.push(chunk)
    memory.add(chunk)
  })
  return { memory, allocator, chunks }
}

describe('cells', (test) => {
  test('count every value in its bucket', () => {
    fc.assert(
      fc.property(fc.array(anyUs, { minLength: 1, maxLength: 300 }), (values) => {
        const { writer, reader } = createCell()
        for (const valueUs of values) writer.record(valueUs)
        assert.equal(reader.takeGain()?.counts, histogramOf(values).counts)
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
    assert.is(totalOf(gain?.counts ?? []), 4)
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
    const { writer, reader, chunks } = createCell()
    writer.record(5)
    // The first page of the first chunk belongs to nobody.
    const counts = new Uint32Array(chunks[0] as SharedArrayBuffer)
    assert.is(counts[PAGE_BUCKETS + 5], 1)
    counts[PAGE_BUCKETS + 5] = 0xffff_ffff
    writer.record(7)
    reader.takeGain()
    writer.record(5)
    writer.record(5)

    assert.equal(reader.takeGain()?.counts, [5, 2])
  })

  test('counts what exceeds a bound exactly, also inside a bucket', () => {
    const boundsUs = [100_050, 200_000]
    const { writer, reader } = createCell(boundsUs)
    // One bucket holds all of the first three.
    for (const valueUs of [100_040, 100_050, 100_051, 250_000]) writer.record(valueUs)
    assert.equal(reader.takeGain()?.overBounds, [2, 1])
    writer.record(100_060)
    assert.equal(reader.takeGain()?.overBounds, [1, 0])
  })

  test('take a page where a value first falls, from memory that all cells of a shard share', () => {
    const { memory, allocator, chunks } = createMemory()
    const cells = Array.from({ length: 500 }, () => {
      const buffer = allocateCell()
      return { writer: new CellWriter(buffer, allocator), reader: new CellReader(buffer, memory) }
    })
    for (const { writer } of cells) for (const valueUs of [1, 2, 40, 5_000, 5_001]) writer.record(valueUs)

    // Two pages each, 1,024 to a chunk of 256 KiB, the first of which is nobody's.
    assert.equal(
      chunks.map(({ byteLength }) => byteLength),
      [256 * 1024],
    )
    for (const { writer } of cells) writer.record(3_000_000)
    assert.is(chunks.length, 2)
    for (const { reader } of cells) assert.is(totalOf(reader.takeGain()?.counts ?? []), 6)
  })

  test('keep their counts apart in every bucket of the layout', () => {
    const { memory, allocator } = createMemory()
    const [one, two] = [allocateCell(), allocateCell()]
    const writers = [new CellWriter(one, allocator), new CellWriter(two, allocator)] as const
    const expected: number[] = []
    for (let bucket = 1; lowestOfBucket(bucket) <= HIGHEST_US; bucket += 61) {
      writers[0].record(lowestOfBucket(bucket))
      writers[1].record(lowestOfBucket(bucket))
      writers[1].record(lowestOfBucket(bucket))
      expected.push(bucket)
    }

    assert.equal(
      new CellReader(one, memory).takeGain()?.counts,
      expected.flatMap((bucket) => [bucket, 1]),
    )
    assert.equal(
      new CellReader(two, memory).takeGain()?.counts,
      expected.flatMap((bucket) => [bucket, 2]),
    )
  })

  test('give what lies in a chunk that is not announced yet with the reading after', () => {
    const late: SharedArrayBuffer[] = []
    const memory = new PageMemory()
    const buffer = allocateCell()
    const writer = new CellWriter(buffer, new PageAllocator((chunk) => late.push(chunk)))
    const reader = new CellReader(buffer, memory)
    writer.record(100)

    assert.is(reader.takeGain(), null)
    for (const chunk of late) memory.add(chunk)
    assert.equal(reader.takeGain(), { counts: [100, 1], sumUs: 100, overflowCount: 0, overBounds: [] })
  })
})
