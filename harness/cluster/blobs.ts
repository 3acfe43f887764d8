/** Texts that are too long for a message, fetched in pieces and checked by their hash. */
import { createHash } from 'node:crypto'
import { HarnessError } from '../base/errors.ts'
import type { BlobRef } from '../model/cluster/orders.ts'
import { PIECE_CHARS } from './limits.ts'

/** Texts to be fetched, by their hash. */
export class Blobs {
  readonly #texts = new Map<string, string>()

  add(text: string): BlobRef {
    const hash = createHash('sha256').update(text).digest('hex')
    this.#texts.set(hash, text)
    return { hash, pieces: Math.ceil(text.length / PIECE_CHARS) }
  }

  /** Returns a piece; '' for what there is not. */
  piece(hash: string, piece: number): string {
    return this.#texts.get(hash)?.slice(piece * PIECE_CHARS, (piece + 1) * PIECE_CHARS) ?? ''
  }
}

/** Fetches a text. @throws HarnessError POOL_PROTOCOL when another one came */
export async function fetchBlob(
  { hash, pieces }: BlobRef,
  fetch: (hash: string, piece: number) => Promise<string>,
): Promise<string> {
  let text = ''
  for (let piece = 0; piece < pieces; piece++) text += await fetch(hash, piece)
  if (createHash('sha256').update(text).digest('hex') === hash) return text
  throw new HarnessError('POOL_PROTOCOL', 'the plan that came is not the one that was sent', {
    hint: 'Run the same version of proofload on all hosts of a pool, and start the run again.',
  })
}
