/** Reads what an exchange wants from a finished answer: component times always, headers and body when they are kept. */
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib'
import { messageOf } from '../../base/errors.ts'
import { ERROR_KIND_INDEX } from '../../model/outcome.ts'
import type { Exchange } from '../../ports/target.ts'
import { readServerTiming } from './server-timing.ts'

/** What the driver itself acts on. */
export interface HeadContent {
  readonly setCookies: readonly string[]
  readonly location: string | null
}

const NOTHING: HeadContent = { setCookies: [], location: null }

const DECODERS = {
  gzip: gunzipSync,
  'x-gzip': gunzipSync,
  deflate: inflateSync,
  br: brotliDecompressSync,
} as const

export class AnswerReader {
  readonly #maxBodyBytes: number

  constructor(maxBodyBytes: number) {
    this.#maxBodyBytes = maxBodyBytes
  }

  /** Reports `Server-Timing` to the exchange. Heads without any field of interest cost one scan. */
  readHead(head: string, exchange: Exchange): HeadContent {
    if (!INTERESTING.test(head)) return NOTHING
    const setCookies: string[] = []
    let location: string | null = null
    for (const [, name = '', value = ''] of head.matchAll(
      /^(server-timing|set-cookie|location):[ \t]*(.*?)[ \t]*\r?$/gim,
    )) {
      switch (name.toLowerCase()) {
        case 'server-timing':
          readServerTiming(value, (component, durationMs) => exchange.addComponent(component, durationMs))
          break
        case 'set-cookie':
          setCookies.push(value)
          break
        default:
          location = value
      }
    }
    return { setCookies, location }
  }

  /** Gives the exchange its headers and its decoded body. A body that cannot be decoded is a protocol error. */
  keep(exchange: Exchange, head: string, body: Buffer | null): void {
    exchange.header = (name) => headerOf(head, name)
    exchange.body = body
    const coding = headerOf(head, 'content-encoding')?.toLowerCase()
    if (body === null || body.length === 0 || coding === undefined || !(coding in DECODERS)) return
    try {
      exchange.body = DECODERS[coding as keyof typeof DECODERS](body, { maxOutputLength: this.#maxBodyBytes })
    } catch (error) {
      const tooLarge = (error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE'
      exchange.errorKind = ERROR_KIND_INDEX[tooLarge ? 'too-large' : 'protocol']
      exchange.errorText = tooLarge
        ? `the decoded body is longer than ${this.#maxBodyBytes} bytes`
        : `${coding}: ${messageOf(error)}`
      exchange.body = null
    }
  }
}

const INTERESTING = /\n(?:server-timing|set-cookie|location):/i

function headerOf(head: string, name: string): string | undefined {
  const wanted = `${name.toLowerCase()}:`
  const line = head.split('\r\n').find((text) => text.toLowerCase().startsWith(wanted))
  return line?.slice(wanted.length).trim()
}
