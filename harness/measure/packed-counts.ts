/**
 * The form of an interval's counts on disk: base64 of varints, for each bucket its distance from the one before (the first
 * from 0) and its count. Three characters a bucket where a list of numbers takes seven (docs/measurements.md).
 */
import { BUCKET_COUNT, type SparseCounts } from '../base/histogram.ts'
import { pushVarint, VarintReader } from '../base/varint.ts'

/** Packs counts. */
export function packCounts(counts: SparseCounts): string {
  const bytes: number[] = []
  let last = 0
  for (let i = 0; i < counts.length; i += 2) {
    const bucket = counts[i] as number
    pushVarint(bytes, bucket - last)
    pushVarint(bytes, counts[i + 1] as number)
    last = bucket
  }
  return Buffer.from(bytes).toString('base64')
}

/** Unpacks counts; null when the text is not packed counts. */
export function unpackCounts(packed: string): SparseCounts | null {
  const reader = new VarintReader(Buffer.from(packed, 'base64'))
  const counts: number[] = []
  let bucket = 0
  while (!reader.isAtEnd) {
    bucket += reader.next()
    if (bucket >= BUCKET_COUNT || reader.isAtEnd) return null
    counts.push(bucket, reader.next())
  }
  return counts
}
