/**
 * The exchange format of histograms: HDR V2 compressed base64 of the layout in `base/histogram.ts`, readable by every
 * HdrHistogram port.
 */
import { deflateSync, inflateSync } from 'node:zlib'
import { HarnessError, messageOf } from '../base/errors.ts'
import { BUCKET_COUNT, HIGHEST_US, LOWEST_US, type SparseCounts } from '../base/histogram.ts'
import { pushVarint, VarintReader } from '../base/varint.ts'

/** The cookies of format V2: compressed, and the payload in it. The high half of the low byte is the word size. */
const COMPRESSED_COOKIE = 0x1c849304
const PAYLOAD_COOKIE = 0x1c849303
const WORD_SIZE = 0x10
const COMPRESSED_HEADER_BYTES = 8
const PAYLOAD_HEADER_BYTES = 40
const DIGITS = 3
/** The maximum payload, nine bytes per bucket: a larger one is not a histogram. */
const PAYLOAD_BYTES_MAX = PAYLOAD_HEADER_BYTES + 9 * BUCKET_COUNT

/** Encodes counts by bucket. */
export function encodeHdr(counts: SparseCounts): string {
  const words: number[] = []
  let next = 0
  for (let i = 0; i < counts.length; i += 2) {
    const gap = (counts[i] as number) - next
    // One empty bucket is a count of zero, more are a negative number of them; ZigZag makes negative numbers odd.
    if (gap > 0) pushVarint(words, gap === 1 ? 0 : 2 * gap - 1)
    pushVarint(words, 2 * (counts[i + 1] as number))
    next = (counts[i] as number) + 1
  }
  if (words.length === 0) words.push(0)
  const payload = Buffer.alloc(PAYLOAD_HEADER_BYTES + words.length)
  payload.writeInt32BE(PAYLOAD_COOKIE | WORD_SIZE, 0)
  payload.writeInt32BE(words.length, 4)
  payload.writeInt32BE(1, 8)
  payload.writeInt32BE(DIGITS, 12)
  payload.writeBigInt64BE(BigInt(LOWEST_US), 16)
  payload.writeBigInt64BE(BigInt(HIGHEST_US), 24)
  payload.writeBigInt64BE(1n, 32)
  payload.set(words, PAYLOAD_HEADER_BYTES)
  const compressed = deflateSync(payload)
  const header = Buffer.alloc(COMPRESSED_HEADER_BYTES)
  header.writeInt32BE(COMPRESSED_COOKIE | WORD_SIZE, 0)
  header.writeInt32BE(compressed.length, 4)
  return Buffer.concat([header, compressed]).toString('base64')
}

/** Decodes counts by bucket. @throws HarnessError RECORD_INVALID */
export function decodeHdr(base64: string): SparseCounts {
  const compressed = Buffer.from(base64, 'base64')
  if (!hasCookie(compressed, COMPRESSED_COOKIE)) throw unreadable('it has no V2 cookie', null)
  const payload = inflated(compressed.subarray(COMPRESSED_HEADER_BYTES))
  if (
    !hasCookie(payload, PAYLOAD_COOKIE) ||
    payload.readInt32BE(12) !== DIGITS ||
    payload.readInt32BE(20) !== LOWEST_US
  )
    throw unreadable('it has another layout', null)
  const counts: number[] = []
  const words = new VarintReader(payload.subarray(PAYLOAD_HEADER_BYTES))
  let bucket = 0
  while (!words.isAtEnd) {
    const word = words.next()
    if (word % 2 === 1) bucket += (word + 1) / 2
    else {
      if (word > 0) counts.push(bucket, word / 2)
      bucket++
    }
  }
  if (bucket > BUCKET_COUNT) throw unreadable('it has more buckets than the layout', null)
  return counts
}

function hasCookie(bytes: Buffer, cookie: number): boolean {
  return bytes.length >= COMPRESSED_HEADER_BYTES && (bytes.readInt32BE(0) & ~0xf0) === cookie
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
