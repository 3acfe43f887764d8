import { areChunkExtensions, hexDigit, SEMICOLON } from './bytes.ts'

/** Reads the line before a chunk, `1a;extension`; -1 for one that states no size. */
export function chunkSizeOf(bytes: Buffer, start: number, end: number): number {
  let at = start
  let size = 0
  for (let digit = 0; at < end; at++) {
    digit = hexDigit(bytes[at] as number)
    if (digit === -1) break
    size = size * 16 + digit
  }
  const isWhole = at === end || (bytes[at] === SEMICOLON && areChunkExtensions(bytes, at, end))
  return at > start && isWhole ? size : -1
}
