/** Texts that are longer than a broker takes at once, as parts that come in any order and are put together again. */
import * as z from 'zod'
import { PIECE_CHARS } from './limits.ts'
import { readMessage } from './messages.ts'

const partSchema = z.strictObject({
  /** The identity of the whole. */
  part: z.string(),
  index: z.int().min(0),
  of: z.int().min(1),
  text: z.string(),
})
const BEGIN = '{"part":'

/** Returns the text itself when it is short. @param id told apart from those of all other texts */
export function inParts(text: string, id: string): readonly string[] {
  if (text.length <= PIECE_CHARS) return [text]
  const of = Math.ceil(text.length / PIECE_CHARS)
  return Array.from({ length: of }, (_, index) =>
    JSON.stringify({
      ...{ part: id, index, of },
      text: text.slice(index * PIECE_CHARS, (index + 1) * PIECE_CHARS),
    }),
  )
}

/** Texts, as their parts come in. */
export class JoinedParts {
  readonly #open = new Map<string, Map<number, string>>()

  /** Takes a text or a part; returns the text when it is whole, else null. */
  add(text: string): string | null {
    if (!text.startsWith(BEGIN)) return text
    const read = readMessage(partSchema, text)
    if (read.problem !== null) return text
    const { part, index, of, text: piece } = read.message
    const pieces = this.#open.get(part) ?? new Map<number, string>()
    this.#open.set(part, pieces.set(index, piece))
    if (pieces.size < of) return null
    this.#open.delete(part)
    return Array.from({ length: of }, (_, each) => pieces.get(each) ?? '').join('')
  }
}
