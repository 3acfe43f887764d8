/**
 * HTTP/1.1 responses by chance, right and wrong, and what two parsers make of them: ours, and node's own (llhttp, strict)
 * as the oracle. Both are fed the same pieces, cut at random byte boundaries, then told that the connection has ended.
 */
import { createRequire } from 'node:module'
import { Random } from '../../harness/base/random.ts'
import { ResponseParser } from '../../harness/targets/http/response-parser.ts'

const BODY_BYTES_MAX = 1_000_000

export interface FuzzedResponse {
  readonly text: string
  readonly headRequest: boolean
  /** Lengths of the pieces; the rest is the last one. */
  readonly cuts: readonly number[]
}

/** What a parser made of a response. */
interface Parsed {
  readonly accepted: boolean
  /** 0 unless accepted. */
  readonly status: number
  /** '' unless accepted. */
  readonly body: string
}

const REFUSED: Parsed = { accepted: false, status: 0, body: '' }

// --- responses ------------------------------------------------------------------------------------------------------

/** The same seed and number give the same response. */
export function fuzzedResponse(seed: number, number: number): FuzzedResponse {
  const random = new Random(seed, number)
  const whole = `${interimHeads(random)}${finalResponse(random)}`
  const text = random.float() < 0.5 ? whole : mutated(whole, random)
  const cuts = Array.from(
    { length: below(random, 6) },
    () => 1 + below(random, random.float() < 0.5 ? 3 : 80),
  )
  return { text, headRequest: random.float() < 0.05, cuts }
}

const below = (random: Random, bound: number) => Math.floor(random.float() * bound)
const pick = <T>(random: Random, items: readonly T[]): T => items[below(random, items.length)] as T
const often = <T>(random: Random, usual: T, others: readonly T[]): T =>
  random.float() < 0.85 ? usual : pick(random, others)

function interimHeads(random: Random): string {
  const count = random.float() < 0.85 ? 0 : 1 + below(random, 3)
  return Array.from({ length: count }, () =>
    pick(random, [
      'HTTP/1.1 100 Continue\r\n\r\n',
      'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\nLink: </b>\r\n\r\n',
      'HTTP/1.1 102 \r\nContent-Length: 3\r\n\r\n',
    ]),
  ).join('')
}

function finalResponse(random: Random): string {
  const version = often(random, 'HTTP/1.1', [
    'HTTP/1.0',
    'HTTP/2.0',
    'HTTP/0.9',
    'http/1.1',
    'HTTP/1.',
    'HTTP/11',
  ])
  const status = often(random, pick(random, ['200', '201', '404', '503', '299']), [
    '204',
    '304',
    '99',
    '1000',
    'abc',
    '',
  ])
  const reason = often(random, ' OK', ['', ' ', ' Not Found at all', ' \u00fc\u00e9', ' a\tb'])
  const content = contentOf(random)
  const [framing, body] = framed(random, content)
  const fields = [...Array.from({ length: below(random, 5) }, () => field(random)), ...framing]
  const lines = fields.map((line) => `${line}\r\n`).join('')
  const surplus = random.float() < 0.05 ? pick(random, ['x', 'HTTP/1.1 200 OK\r\n\r\n', '\r\n', '\0']) : ''
  return `${version} ${status}${reason}\r\n${lines}\r\n${body}${surplus}`
}

function contentOf(random: Random): string {
  const length = below(random, pick(random, [1, 10, 300, 3_000]))
  return Array.from({ length }, () => String.fromCharCode(below(random, 256))).join('')
}

const FIELDS = [
  'Server: x',
  'X-Empty:',
  'X-Blank:   \t ',
  'Set-Cookie: a=b; Path=/',
  'Connection: keep-alive',
  'Connection: close',
  'Keep-Alive: timeout=5',
  'Server-Timing: db;dur=1',
  'Content-Type: text/html',
  'X-Folded: a\r\n b',
  'No colon here',
  'Bad Name: x',
  ': nameless',
  'X-Nul: a\0b',
  'X-High: \u00ff\u0080',
  'X-Del: \x7f',
  'X-Ctl: \x01',
  'X-Space : x',
  ' Leading: x',
  'Content-Encoding: gzip',
]

function field(random: Random): string {
  return random.float() < 0.9 ? (FIELDS[below(random, 9)] as string) : pick(random, FIELDS)
}

function framed(random: Random, content: string): [string[], string] {
  switch (below(random, 6)) {
    case 0:
    case 1:
      return [[`Content-Length: ${content.length}`], content]
    case 2:
    case 3:
      return [['Transfer-Encoding: chunked'], chunks(random, content)]
    case 4:
      return [[], content]
    default:
      return oddlyFramed(random, content)
  }
}

function oddlyFramed(random: Random, content: string): [string[], string] {
  const { length } = content
  return pick<[string[], string]>(random, [
    [[`content-length:${length}`], content],
    [[`Content-Length: ${length}`, `Content-Length: ${length + 1}`], content],
    [[`Content-Length: ${length}`, `Content-Length: ${length}`], content],
    [[`Content-Length: ${length}, ${length}`], content],
    [[`Content-Length: -${length}`], content],
    [[`Content-Length: +${length}`], content],
    [[`Content-Length: ${length} x`], content],
    [['Content-Length: '], content],
    [['Content-Length: 99999999999999999999999'], content],
    [[`Content-Length: ${length}`, 'Transfer-Encoding: chunked'], chunks(random, content)],
    [['Transfer-Encoding: chunked', `Content-Length: ${length}`], chunks(random, content)],
    [['Transfer-Encoding: xchunked'], chunks(random, content)],
    [['Transfer-Encoding: CHUNKED'], chunks(random, content)],
    [['Transfer-Encoding: identity'], content],
  ])
}

function chunks(random: Random, content: string): string {
  let text = ''
  for (let at = 0; at < content.length; ) {
    const size = 1 + below(random, 200)
    const chunk = content.slice(at, at + size)
    const extension = often(random, '', [';a=b', ';a="b;c"', ';a', ' ', ';', ' ;a=b', '\t'])
    const shown = often(random, chunk.length.toString(16), [
      `0${chunk.length.toString(16)}`,
      chunk.length.toString(16).toUpperCase(),
      `${chunk.length.toString(16)}g`,
      `-${chunk.length}`,
      '',
      'fffffffffffffffff',
    ])
    text += `${shown}${extension}\r\n${chunk}${often(random, '\r\n', ['', '\n', '\r', 'x\r\n'])}`
    at += size
  }
  const trailers = often(random, '', ['X-Trailer: x\r\n', 'No colon\r\n', 'A: b\r\nC: d\r\n'])
  return `${text}${often(random, '0', ['00', '0;last', '0 '])}\r\n${trailers}\r\n`
}

/** A byte changed, removed, put in, or the end cut off. */
function mutated(text: string, random: Random): string {
  let changed = text
  for (let left = 1 + below(random, 3); left > 0 && changed.length > 0; left--) {
    // Most mutations belong into the head, where the grammar is.
    const end = random.float() < 0.7 ? Math.min(changed.length, 120) : changed.length
    const at = below(random, end)
    const byte =
      random.float() < 0.5
        ? pick(random, ['\r', '\n', ' ', ':', '\0', '0', 'a', '\t', ';'])
        : String.fromCharCode(below(random, 256))
    const after = pick(random, [
      changed.slice(at + 1),
      byte + changed.slice(at + 1),
      byte + changed.slice(at),
      '',
    ])
    changed = changed.slice(0, at) + after
  }
  return changed
}

// --- parsers --------------------------------------------------------------------------------------------------------

/** Bytes in pieces of the given lengths, and the rest. */
export function cutUp(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const pieces: Buffer[] = []
  let from = 0
  for (const cut of cuts) {
    if (from + cut >= bytes.length) break
    pieces.push(bytes.subarray(from, from + cut))
    from += cut
  }
  return [...pieces, bytes.subarray(from)]
}

const parser = new ResponseParser(BODY_BYTES_MAX)

/** Ours, used again and again as a connection does. */
function parseWithOurs(pieces: readonly Buffer[], headRequest: boolean): Parsed {
  parser.begin(headRequest, true)
  for (const piece of pieces) parser.feed(piece, 0, piece.length)
  if (parser.failure !== null || !(parser.isDone || parser.endOfStream())) return REFUSED
  return { accepted: true, status: parser.head.status, body: parser.takeBody().toString('latin1') }
}

interface NodeParser {
  initialize(type: number, resource: object): void
  execute(bytes: Buffer): number | Error
  finish(): Error | undefined
  [callback: number]: unknown
}

interface NodeParserClass {
  new (): NodeParser
  readonly RESPONSE: number
  readonly kOnHeadersComplete: number
  readonly kOnBody: number
  readonly kOnMessageComplete: number
}

const { HTTPParser } = createRequire(import.meta.url)('node:_http_common') as { HTTPParser: NodeParserClass }

/** Node's own; it reads on into what follows a response, which does not count. */
function parseWithNode(pieces: readonly Buffer[], headRequest: boolean): Parsed {
  const theirs = new HTTPParser()
  theirs.initialize(HTTPParser.RESPONSE, {})
  let status = 0
  let body = ''
  let isDone = false
  theirs[HTTPParser.kOnHeadersComplete] = (...head: unknown[]) => {
    if (!isDone) status = head[5] as number
    return headRequest && status >= 200 ? 1 : 0
  }
  theirs[HTTPParser.kOnBody] = (bytes: Buffer) => {
    if (!isDone) body += bytes.toString('latin1')
  }
  theirs[HTTPParser.kOnMessageComplete] = () => {
    if (status >= 200) isDone = true
    else body = ''
  }
  for (const piece of pieces) {
    if (isDone) break
    if (typeof theirs.execute(piece) !== 'number' && !isDone) return REFUSED
  }
  if (!isDone) theirs.finish()
  return isDone ? { accepted: true, status, body } : REFUSED
}

/** Where we mean to differ from node: a condition on the bytes, and why. Everything else has to agree. */
const MEANT: readonly { readonly why: string; readonly holds: (text: string) => boolean }[] = [
  {
    // RFC 9112 section 2.3: what answers HTTP/1.1 in another major version is not talking to us.
    why: 'a status line of HTTP/0.9 or HTTP/2.0 is refused',
    holds: (text) => /HTTP\/(0\.9|2\.0) /.test(text),
  },
  {
    // RFC 9112 section 2.2 lets servers skip empty lines before a request; before a response they are nobody's.
    why: 'an empty line before the status line is refused',
    holds: (text) => /^[\r\n]|\r\n\r\n[\r\n]+HTTP/.test(text),
  },
  {
    // RFC 9112 section 2.2: a bare CR is invalid wherever it stands.
    why: 'a bare carriage return in a status line is refused',
    holds: (text) => /HTTP\/1\.[^\n]*\r[^\n]/.test(text),
  },
  {
    // RFC 9112 section 7.1.1: an extension has a name, and a value where it has a sign for one.
    why: 'a chunk extension without a name or a value is refused',
    holds: (text) => /\n[0-9a-f]+;[^\r\n]*?(;|=|^)(;|=|\r\n)|\n[0-9a-f]+;[;=]/i.test(text),
  },
  {
    // RFC 9112 section 6.3 lets a recipient take equal lengths for one, which every browser does.
    why: 'equal lengths count as one',
    holds: (text) =>
      /content-length:[ \t]*0*(\d+)[ \t]*\r\n(.*\r\n)*content-length:[ \t]*0*\1[ \t]*\r\n/i.test(text),
  },
  {
    // RFC 9110 section 15: the first digit of a status is 1 to 5.
    why: 'a status below 100 is refused',
    holds: (text) => /HTTP\/1\.[01] 0\d\d/.test(text),
  },
  {
    // RFC 9110 section 5.6.3: blanks around a value are spaces and tabs; llhttp leaves a tab at its end in the value.
    why: 'a tab after a framing value is a blank',
    holds: (text) => /(chunked|content-length:[ \t]*\d*)[ \t]*\t[ \t]*\r\n/i.test(text),
  },
  {
    // Node takes the end of an HTTP/1.0 head without a length for the end of the connection, whatever the status.
    why: 'interim answers of HTTP/1.0 are passed over',
    holds: (text) => /HTTP\/1\.0 1\d\d/.test(text),
  },
]

/** What became of one response. */
export type FuzzOutcome =
  | { readonly kind: 'accepted' | 'refused' }
  | { readonly kind: 'meant'; readonly why: string }
  | { readonly kind: 'disagreement'; readonly ours: Parsed; readonly theirs: Parsed }

/** Feeds both parsers and compares. */
export function compareParsers(response: FuzzedResponse): FuzzOutcome {
  const pieces = cutUp(Buffer.from(response.text, 'latin1'), response.cuts)
  const ours = parseWithOurs(pieces, response.headRequest)
  const theirs = parseWithNode(pieces, response.headRequest)
  const agree =
    ours.accepted === theirs.accepted && ours.status === theirs.status && ours.body === theirs.body
  if (agree) return { kind: ours.accepted ? 'accepted' : 'refused' }
  const meant = MEANT.find(({ holds }) => holds(response.text))
  return meant === undefined ? { kind: 'disagreement', ours, theirs } : { kind: 'meant', why: meant.why }
}
