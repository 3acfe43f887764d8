/** The head of an answer of HTTP/2, in the forms that the client and journey code read. */
import type { AnswerHead } from './answers.ts'
import type { Http2Head } from './http2-stream.ts'
import { fieldText } from './url-encoding.ts'

const NO_COOKIES: readonly string[] = []

/** Reads the fields that the client itself acts on. */
export function headOf(head: Http2Head): AnswerHead {
  return {
    status: head[':status'] ?? 0,
    location: fieldText(head.location ?? ''),
    contentEncoding: head['content-encoding'] ?? '',
    serverTiming: fieldText([head['server-timing'] ?? ''].flat().join(', ')),
    setCookies: head['set-cookie']?.map(fieldText) ?? NO_COOKIES,
  }
}

/** Counts the characters of names and values: HPACK sends fewer bytes. */
export function headBytes(head: Http2Head): number {
  return Object.entries(head).reduce((bytes, [name, value]) => bytes + name.length + String(value).length, 0)
}

/** Writes a head as lines of `name: value`, as HTTP/1.1 has them. */
export function headText(head: Http2Head): string {
  return Object.entries(head)
    .filter(([name]) => !name.startsWith(':'))
    .flatMap(([name, value]) => [value ?? ''].flat().map((one) => `${name}: ${one}`))
    .join('\n')
}
