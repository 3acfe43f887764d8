/**
 * Latency histograms: integer microseconds, 3 significant digits, 1 us to 1 h.
 *
 * The bucket layout is the one of HdrHistogram (lowest 1, highest 3.6e9, 3 digits: 23 ranges of 1,024 buckets):
 * a value v lies in range k = max(0, bits(v) - 11), bucket (k << 10) + (v >>> k). The hot path counts into typed
 * arrays of this layout (`engine/cells.ts`); `Histogram` is the analysis side, on hdr-histogram-js.
 */
import { inflateSync } from 'node:zlib'
import {
  build,
  decodeFromCompressedBase64,
  encodeIntoCompressedBase64,
  type JsHistogram,
} from 'hdr-histogram-js'
import { HarnessError, messageOf } from './errors.ts'

/** Smallest and largest recordable value, microseconds. Values outside are clamped; above, also counted as overflow. */
export const LOWEST_US = 1
export const HIGHEST_US = 3_600_000_000

/** Buckets of the layout. */
export const BUCKET_COUNT = 23 * 1024

/** Neighbouring buckets that share a page where memory is taken as it is needed: six per cent of a doubling. */
export const PAGE_BUCKETS = 64
export const PAGE_COUNT = BUCKET_COUNT / PAGE_BUCKETS

/** Bucket of an integer value in [LOWEST_US, HIGHEST_US]. */
export function bucketOf(valueUs: number): number {
  const range = 21 - Math.clz32(valueUs | 2047)
  return (range << 10) + (valueUs >>> range)
}

/** Lowest value of a bucket, microseconds. */
export function lowestOfBucket(bucket: number): number {
  const range = Math.max(0, (bucket >> 10) - 1)
  return (bucket - (range << 10)) * 2 ** range
}

/** Highest value that falls into a bucket, microseconds. */
export function highestOfBucket(bucket: number): number {
  const range = Math.max(0, (bucket >> 10) - 1)
  return (bucket - (range << 10) + 1) * 2 ** range - 1
}

/** Counts of non-empty buckets, alternating bucket, count; buckets rise. The wire form of one interval. */
export type SparseCounts = ArrayLike<number>

/** Observations in all buckets. */
export function countOfSparse(sparse: SparseCounts): number {
  let count = 0
  for (let i = 1; i < sparse.length; i += 2) count += sparse[i] as number
  return count
}

/** The sum of two; packed, because a run holds many of them. */
export function mergeSparse(a: SparseCounts, b: SparseCounts): SparseCounts {
  if (a.length === 0) return b
  if (b.length === 0) return a
  const merged = new Float64Array(a.length + b.length)
  let length = 0
  let ofA = 0
  let ofB = 0
  while (ofA < a.length || ofB < b.length) {
    const bucketOfA = ofA < a.length ? (a[ofA] as number) : BUCKET_COUNT
    const bucketOfB = ofB < b.length ? (b[ofB] as number) : BUCKET_COUNT
    const bucket = Math.min(bucketOfA, bucketOfB)
    let count = 0
    if (bucketOfA === bucket) {
      count += a[ofA + 1] as number
      ofA += 2
    }
    if (bucketOfB === bucket) {
      count += b[ofB + 1] as number
      ofB += 2
    }
    merged[length++] = bucket
    merged[length++] = count
  }
  return merged.slice(0, length)
}

/** Cookies of the interchange format V2: compressed, and what it holds. The low byte's high half is the word size. */
const COMPRESSED_COOKIE = 0x1c849304
const PAYLOAD_COOKIE = 0x1c849303
const PAYLOAD_HEADER_BYTES = 40
/** Nine bytes a bucket at most: more is no histogram, whatever it unpacks to. */
const PAYLOAD_BYTES_MAX = PAYLOAD_HEADER_BYTES + 9 * BUCKET_COUNT

/**
 * The counts of an encoded histogram of this layout without building one: some twenty times as fast, where a picture
 * needs hundreds of them.
 * @throws HarnessError RECORD_INVALID
 */
export function decodeSparse(base64: string): SparseCounts {
  const compressed = Buffer.from(base64, 'base64')
  if (!hasCookie(compressed, COMPRESSED_COOKIE)) throw unreadable('it has no V2 cookie', null)
  const payload = inflated(compressed.subarray(8))
  if (
    !hasCookie(payload, PAYLOAD_COOKIE) ||
    payload.readInt32BE(12) !== 3 ||
    payload.readInt32BE(20) !== LOWEST_US
  )
    throw unreadable('it has another layout', null)
  const counts: number[] = []
  let at = PAYLOAD_HEADER_BYTES
  let bucket = 0
  while (at < payload.length) {
    let word = 0
    let scale = 1
    let byte = 0
    do {
      byte = payload[at++] ?? 0
      word += (byte & 127) * scale
      scale *= 128
    } while (byte > 127 && at < payload.length)
    // ZigZag: odd words are negative, a run of empty buckets.
    if (word % 2 === 1) bucket += (word + 1) / 2
    else {
      if (word > 0) counts.push(bucket, word / 2)
      bucket++
    }
  }
  return counts
}

function hasCookie(bytes: Buffer, cookie: number): boolean {
  return bytes.length >= 8 && (bytes.readInt32BE(0) & ~0xf0) === cookie
}

function inflated(bytes: Buffer): Buffer {
  try {
    return inflateSync(bytes, { maxOutputLength: PAYLOAD_BYTES_MAX })
  } catch (cause) {
    throw unreadable(messageOf(cause), cause)
  }
}

function unreadable(why: string, cause: unknown): HarnessError {
  return new HarnessError('RECORD_INVALID', `a stored histogram cannot be read: ${why}`, {
    cause,
    hint: 'The file was truncated or edited; run the scenario again.',
  })
}

function buildHdr(): JsHistogram {
  const hdr = build({
    lowestDiscernibleValue: LOWEST_US,
    highestTrackableValue: HIGHEST_US,
    numberOfSignificantValueDigits: 3,
    bitBucketSize: 64,
    useWebAssembly: false,
  }) as JsHistogram
  hdr.autoResize = false
  return hdr
}

/** A histogram for analysis: merge, quantiles, interchange. Quantiles are the highest value of their bucket. */
export class Histogram {
  readonly #hdr = buildHdr()
  #overflowCount = 0

  /** @throws HarnessError RECORD_INVALID when the text is not an HDR V2 compressed histogram. */
  static decode(base64: string): Histogram {
    const histogram = new Histogram()
    try {
      histogram.#hdr.add(decodeFromCompressedBase64(base64, 64, false) as JsHistogram)
    } catch (cause) {
      throw unreadable(messageOf(cause), cause)
    }
    return histogram
  }

  /** The sum of encoded histograms; null stands for an empty one. @throws HarnessError RECORD_INVALID */
  static decodeAll(encoded: Iterable<string | null>): Histogram {
    const all = new Histogram()
    for (const base64 of encoded) if (base64 !== null) all.add(Histogram.decode(base64))
    return all
  }

  static ofSparse(sparse: SparseCounts): Histogram {
    const histogram = new Histogram()
    histogram.addSparse(sparse)
    return histogram
  }

  /** Values above the range so far; they count in the top bucket too. */
  get overflowCount(): number {
    return this.#overflowCount
  }

  get count(): number {
    return this.#hdr.totalCount
  }

  /** The highest value of the last bucket, as a quantile of 1 is; 0 when empty. */
  get maxUs(): number {
    if (this.count === 0) return 0
    return Math.min(HIGHEST_US, highestOfBucket(bucketOf(Math.min(HIGHEST_US, this.#hdr.maxValue))))
  }

  /** 0 when empty. */
  get minUs(): number {
    return this.count === 0 ? 0 : this.#hdr.minNonZeroValue
  }

  /** Mean of bucket mid-points; 0 when empty. */
  get meanUs(): number {
    return this.count === 0 ? 0 : this.#hdr.mean
  }

  /** Records `count` observations of a duration; rounds, clamps, counts overflow. NaN is a bug. */
  record(valueUs: number, count = 1): void {
    if (valueUs > HIGHEST_US) this.#overflowCount += count
    this.#hdr.recordValueWithCount(Math.min(HIGHEST_US, Math.max(LOWEST_US, Math.round(valueUs))), count)
  }

  add(other: Histogram): void {
    this.#hdr.add(other.#hdr)
    this.#overflowCount += other.#overflowCount
  }

  addSparse(sparse: SparseCounts): void {
    for (let i = 0; i < sparse.length; i += 2) {
      this.#hdr.recordValueWithCount(
        Math.min(HIGHEST_US, Math.max(LOWEST_US, lowestOfBucket(sparse[i] as number))),
        sparse[i + 1] as number,
      )
    }
  }

  /** Nearest-rank quantile (0 to 1) in microseconds, at the highest value of its bucket; 0 when empty. */
  quantileUs(quantile: number): number {
    return this.count === 0 ? 0 : Math.min(this.#hdr.getValueAtPercentile(quantile * 100), HIGHEST_US)
  }

  /**
   * Observations that may exceed the bound: those of the bound's own bucket count as over, unless the bound is the
   * highest value of its bucket, so that a share "within" is never overstated.
   */
  countOver(boundUs: number): number {
    let over = 0
    for (const [bucket, count] of this.buckets()) if (highestOfBucket(bucket) > boundUs) over += count
    return over
  }

  /** Non-empty buckets in rising order: bucket, count. */
  *buckets(): Generator<readonly [bucket: number, count: number]> {
    if (this.count === 0) return
    const last = bucketOf(Math.min(HIGHEST_US, this.#hdr.maxValue))
    for (let bucket = 0; bucket <= last; bucket++) {
      const count = this.#hdr.getCountAtIndex(bucket)
      if (count > 0) yield [bucket, count]
    }
  }

  /** HDR V2 compressed base64, readable by every HdrHistogram port. */
  encode(): string {
    return encodeIntoCompressedBase64(this.#hdr)
  }
}
