/**
 * Undoes Content-Encoding (gzip, br, deflate; several in a row) of bodies that were kept. What is none of these stays as it came.
 * Small bodies are decoded at once. Larger ones are decoded by the threads of Node one after the other, so that neither the loop
 * nor the memory of a shard is held by a server that sends a few kilobytes which stand for many megabytes.
 */
import {
  brotliDecompress,
  brotliDecompressSync,
  gunzip,
  gunzipSync,
  inflate,
  inflateRaw,
  inflateRawSync,
  inflateSync,
} from 'node:zlib'
import { messageOf, systemCodeOf } from '../../base/errors.ts'
import type { Failure } from '../failure.ts'

/** A decoded body, or the reason for which there is none. */
export type Decoded = Buffer | Failure

/** The most bytes that are decoded within a turn of the loop: about a millisecond. */
const INLINE_BYTES_MAX = 256 * 1024
/** A body may grow to this size, or to so many times its own: text seldom reaches a tenth of that, a bomb a thousand times. */
const GROWN_BYTES_MAX = 4 * 1024 * 1024
const GROWTH_MAX = 50
/** curl's bound, too. */
const CODINGS_MAX = 5
/** The size of the pieces in which larger bodies are decoded: each costs a turn of the loop. */
const CHUNK_BYTES = 256 * 1024

interface Coding {
  readonly now: (body: Buffer, options: { readonly maxOutputLength: number }) => Buffer
  readonly later: (
    body: Buffer,
    options: { readonly maxOutputLength: number; readonly chunkSize: number },
    done: (error: Error | null, decoded: Buffer) => void,
  ) => void
}

const GZIP: Coding = { now: gunzipSync, later: gunzip }
const BROTLI: Coding = { now: brotliDecompressSync, later: brotliDecompress }
const DEFLATE: Coding = { now: inflateSync, later: inflate }
const RAW_DEFLATE: Coding = { now: inflateRawSync, later: inflateRaw }

interface Job {
  readonly body: Buffer
  readonly contentEncoding: string
  readonly codings: readonly string[]
  readonly done: (decoded: Decoded) => void
}

export class ContentDecoder {
  readonly #bodyBytesMax: number
  readonly #waiting: Job[] = []
  #isBusy = false

  /** @param bodyBytesMax largest body after decoding */
  constructor(bodyBytesMax: number) {
    this.#bodyBytesMax = bodyBytesMax
  }

  /** Decodes a body. @param done is called within this call when the body is small, later otherwise */
  decode(body: Buffer, contentEncoding: string, done: (decoded: Decoded) => void): void {
    const codings = contentEncoding.toLowerCase().split(',').reverse()
    if (codings.length > CODINGS_MAX)
      return done({ kind: 'protocol', text: `the body has more than ${CODINGS_MAX} content encodings` })
    const job = { body, contentEncoding, codings: codings.map((coding) => coding.trim()), done }
    const bytesMax = this.#bytesMaxOf(body)
    const atOnce = decodeNow(job, Math.min(bytesMax, INLINE_BYTES_MAX))
    if (atOnce !== null) return done(atOnce)
    if (bytesMax <= INLINE_BYTES_MAX) return done(this.#tooLarge(bytesMax))
    this.#waiting.push(job)
    if (!this.#isBusy) this.#next()
  }

  #bytesMaxOf(body: Buffer): number {
    return Math.min(this.#bodyBytesMax, Math.max(GROWN_BYTES_MAX, GROWTH_MAX * body.length))
  }

  #next(): void {
    const job = this.#waiting.shift()
    this.#isBusy = job !== undefined
    if (job === undefined) return
    const bytesMax = this.#bytesMaxOf(job.body)
    decodeLater(job, bytesMax, (decoded) => {
      this.#next()
      job.done(decoded ?? this.#tooLarge(bytesMax))
    })
  }

  #tooLarge(bytesMax: number): Failure {
    const bound =
      bytesMax === this.#bodyBytesMax ? `${bytesMax} bytes` : `4 MiB and ${GROWTH_MAX} times its size`
    return { kind: 'too-large', text: `the body is larger than ${bound} when decompressed` }
  }
}

/** Decodes a body within this turn of the loop; null when it has more bytes than that takes. */
function decodeNow({ body, contentEncoding, codings }: Job, maxOutputLength: number): Decoded | null {
  let decoded = body
  try {
    for (const name of codings)
      decoded = codingOf(name, decoded)?.now(decoded, { maxOutputLength }) ?? decoded
    return decoded
  } catch (thrown) {
    return isTooLarge(thrown) ? null : undecodable(contentEncoding, thrown)
  }
}

/** Decodes a body on other threads. @param done is given null when the body has more bytes than it may have */
function decodeLater(
  { body, contentEncoding, codings }: Omit<Job, 'done'>,
  maxOutputLength: number,
  done: (decoded: Decoded | null) => void,
): void {
  const [name, ...rest] = codings
  if (name === undefined) return done(body)
  const goOn = (decoded: Buffer) =>
    decodeLater({ body: decoded, contentEncoding, codings: rest }, maxOutputLength, done)
  const coding = codingOf(name, body)
  if (coding === null) return goOn(body)
  coding.later(body, { maxOutputLength, chunkSize: CHUNK_BYTES }, (error, decoded) => {
    if (error === null) goOn(decoded)
    else done(isTooLarge(error) ? null : undecodable(contentEncoding, error))
  })
}

/** Returns the coding of a body by its name; null when there is nothing to undo. */
function codingOf(name: string, body: Buffer): Coding | null {
  if (body.length === 0) return null
  switch (name) {
    case 'gzip':
    case 'x-gzip':
      return GZIP
    case 'br':
      return BROTLI
    case 'deflate':
      // Servers send it with and without the zlib header; its first byte has 8 in the low half.
      return ((body[0] as number) & 15) === 8 ? DEFLATE : RAW_DEFLATE
    default:
      return null
  }
}

function isTooLarge(thrown: unknown): boolean {
  return systemCodeOf(thrown) === 'ERR_BUFFER_TOO_LARGE'
}

function undecodable(contentEncoding: string, thrown: unknown): Failure {
  return { kind: 'protocol', text: `the body is not ${contentEncoding}: ${messageOf(thrown)}` }
}
