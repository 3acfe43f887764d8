import { request } from 'node:http'
import { Duplex } from 'node:stream'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { HEAD_BYTES_MAX, ResponseParser } from '../../../harness/targets/http/response-parser.ts'
import { cutUp } from '../../kit/http-fuzz.ts'
import { describe } from '../../kit/suite.ts'

const BODY_BYTES_MAX = 10_000

interface ParsedResponse {
  readonly status: number
  readonly keepAlive: boolean
  readonly body: string
  readonly lines: readonly string[]
  readonly failure: string | null
  readonly isDone: boolean
  /** Bytes left over after the response. */
  readonly left: number
}

interface ParseOptions {
  readonly headRequest?: boolean
  /** Whether the connection ends after the bytes. */
  readonly ends?: boolean
  readonly parser?: ResponseParser
}

/** Feeds pieces one after the other from a buffer that is overwritten after each, as the shared one is. */
function parse(pieces: readonly Buffer[], options: ParseOptions = {}): ParsedResponse {
  const parser = options.parser ?? new ResponseParser(BODY_BYTES_MAX)
  const shared = Buffer.alloc(Math.max(...pieces.map((piece) => piece.length)))
  parser.begin(options.headRequest ?? false, true)
  let left = 0
  for (const piece of pieces) {
    piece.copy(shared)
    left += piece.length - parser.feed(shared, 0, piece.length)
    shared.fill(0)
  }
  if (options.ends) parser.endOfStream()
  return {
    status: parser.head.status,
    keepAlive: parser.head.keepAlive,
    body: parser.takeBody().toString('latin1'),
    lines: parser.headerText.split(/[\r\n]+/).filter((line) => line !== ''),
    failure: parser.failure?.kind ?? null,
    isDone: parser.isDone,
    left,
  }
}

const RESPONSES: readonly (readonly [title: string, text: string, options?: ParseOptions])[] = [
  ['length', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A: b\r\n\r\nhello'],
  ['no reason', 'HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n'],
  ['equal lengths twice', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\ncontent-length:2\r\n\r\nok'],
  [
    'chunks with extensions and trailers',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n5;a="b;c"\r\nhello\r\n0A\r\n0123456789\r\n000\r\nT: u\r\nV: w\r\n\r\n',
  ],
  ['until close', 'HTTP/1.1 200 OK\r\n\r\nuntil\r\n\r\nthe end', { ends: true }],
  ['HTTP/1.0', 'HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok'],
  ['HTTP/1.0 kept alive', 'HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 2\r\n\r\nok'],
  ['closing', 'HTTP/1.1 200 OK\r\nConnection: x, Close\r\nContent-Length: 2\r\n\r\nok'],
  ['HEAD', 'HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n', { headRequest: true }],
  ['204', 'HTTP/1.1 204 No Content\r\nX: y\r\n\r\n'],
  ['304 with a length', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n'],
  [
    'interim answers',
    'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nContent-Length: 7\r\nLink: x\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\nok',
  ],
  ['surplus', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1'],
  ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok'],
  ['bad chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nokay\r\n0\r\n\r\n'],
  ['bare line feeds', 'HTTP/1.1 200 OK\nContent-Length: 5\n\nhello'],
  ['control characters', 'HTTP/1.1 200 OK\r\nX: a\u0001b\r\nContent-Length: 5\r\n\r\nhello'],
  ['garbage', 'SSH-2.0-OpenSSH_9.2p1\r\n'],
]

describe('ResponseParser', (test) => {
  for (const [title, text, options] of RESPONSES) {
    test(`gives the same result wherever the bytes are split: ${title}`, () => {
      const bytes = Buffer.from(text, 'latin1')
      const whole = parse([bytes], options)
      const { left, ...result } = whole

      assert.ok(whole.isDone || whole.failure === 'protocol')
      for (let at = 1; at < bytes.length; at++) {
        const { left: _, ...split } = parse([bytes.subarray(0, at), bytes.subarray(at)], options)
        assert.equal(split, result, `split at ${at}`)
      }
      const single = [...bytes].map((byte) => Buffer.of(byte))
      const { left: __, ...bytewise } = parse(single, options)
      assert.equal(bytewise, result)
      if (title === 'surplus') assert.is(left, 'HTTP/1.1'.length)
    })
  }

  test('reads what the response says', () => {
    const results = RESPONSES.map(([title, text, options]) => {
      const { status, body, keepAlive } = parse([Buffer.from(text, 'latin1')], options)
      return [title, status, body, keepAlive]
    })

    assert.equal(results.slice(0, 12), [
      ['length', 200, 'hello', true],
      ['no reason', 200, '', true],
      ['equal lengths twice', 200, 'ok', true],
      ['chunks with extensions and trailers', 200, 'hello0123456789', true],
      ['until close', 200, 'until\r\n\r\nthe end', false],
      ['HTTP/1.0', 200, 'ok', false],
      ['HTTP/1.0 kept alive', 200, 'ok', true],
      ['closing', 200, 'ok', false],
      ['HEAD', 200, '', true],
      ['204', 204, '', true],
      ['304 with a length', 304, '', true],
      ['interim answers', 201, 'ok', true],
    ])
  })

  test('starts every response afresh', () => {
    const parser = new ResponseParser(BODY_BYTES_MAX)
    for (let round = 0; round < 2; round++)
      for (const [title, text, options] of RESPONSES) {
        const bytes = Buffer.from(text, 'latin1')
        assert.equal(parse([bytes], { ...options, parser }), parse([bytes], options), title)
      }
  })

  test('keeps neither lines nor body unless they are wanted', () => {
    const parser = new ResponseParser(BODY_BYTES_MAX)
    const bytes = Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello')
    parser.begin(false, false)
    parser.feed(bytes, 0, bytes.length)

    assert.is(parser.isDone, true)
    assert.equal([parser.headerText.length, parser.takeBody().length], [0, 0])
  })

  test('keeps a body of one-byte chunks whole', () => {
    const chunks = [...'a body that comes in very small chunks'].map((byte) => `1\r\n${byte}\r\n`).join('')
    const text = `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}0\r\n\r\n`

    assert.is(parse([Buffer.from(text)]).body, 'a body that comes in very small chunks')
  })

  test('reads only the part of the buffer it is given', () => {
    const parser = new ResponseParser(BODY_BYTES_MAX)
    const bytes = Buffer.from('xxHTTP/1.1 204 \r\n\r\nyy')
    parser.begin(false, true)

    assert.is(parser.feed(bytes, 2, bytes.length - 2), bytes.length - 2)
    assert.is(parser.isDone, true)
  })

  test('is not complete when the connection ends too early, and says how far it came', () => {
    const progress = (text: string) => {
      const parser = new ResponseParser(BODY_BYTES_MAX)
      parser.begin(false, false)
      parser.feed(Buffer.from(text), 0, text.length)
      assert.is(parser.endOfStream(), false)
      return parser.progress
    }

    assert.equal(
      [
        'HTTP/1.1 2',
        'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf',
        'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nok',
      ].map(progress),
      [
        'before the head was complete',
        'after 4 of 9 body bytes',
        'after 2 body bytes, before the last chunk',
      ],
    )
  })

  test('bounds heads, bodies and chunks', () => {
    const kindOf = (text: string) => parse([Buffer.from(text)]).failure
    const line = `X: ${'y'.repeat(1000)}\r\n`
    const lines = Math.ceil(HEAD_BYTES_MAX / line.length)
    const over = BODY_BYTES_MAX + 1

    assert.equal(
      [
        kindOf(`HTTP/1.1 200 OK\r\nContent-Length: 0\r\n${line.repeat(lines - 2)}\r\n`),
        kindOf(`HTTP/1.1 200 OK\r\n${line.repeat(lines)}`),
        kindOf(`HTTP/1.1 200 OK\r\nX: ${'y'.repeat(HEAD_BYTES_MAX)}`),
        kindOf(`HTTP/1.1 200 OK\r\nContent-Length: ${over}\r\n\r\n`),
        kindOf(`HTTP/1.1 200 OK\r\n\r\n${'x'.repeat(over)}`),
        kindOf(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${over.toString(16)}\r\n`),
        kindOf(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;${'x'.repeat(HEAD_BYTES_MAX)}`),
      ],
      [null, ...Array(6).fill('too-large')],
    )
  })

  test('reads any number of interim answers', () => {
    const text = `${'HTTP/1.1 100 Continue\r\n\r\n'.repeat(5000)}HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok`

    assert.is(parse([Buffer.from(text)]).body, 'ok')
  })

  test('reads every valid response as the parser of node:http does', async () => {
    await fc.assert(
      fc.asyncProperty(
        validResponse,
        fc.array(fc.integer({ min: 1, max: 200 }), { maxLength: 5 }),
        async (response, cuts) => {
          const pieces = cutUp(Buffer.from(response.text, 'latin1'), cuts)
          const ours = parse(pieces, { ends: response.ends })
          const theirs = await parseWithNode(response.text)

          assert.is(ours.failure, null)
          assert.equal([ours.status, ours.body], [theirs.status, theirs.body])
          assert.equal(
            ours.lines.map((line) => [
              line.slice(0, line.indexOf(':')),
              line.slice(line.indexOf(':') + 1).trim(),
            ]),
            theirs.headers,
          )
        },
      ),
      { numRuns: 200 },
    )
  })
})

// --- responses by chance, and the oracle -----------------------------------------------------------------------------

const headerName = fc.stringMatching(/^[a-z][a-z0-9-]{0,12}$/).map((name) => `x-${name}`)
const headerValue = fc.stringMatching(/^[!-~]([ -~]{0,20}[!-~])?$/)
const headers = fc.array(fc.tuple(headerName, headerValue), { maxLength: 5 })
const body = fc.string({ maxLength: 300, unit: 'binary-ascii' })

function withLength(content: string): string {
  return `Content-Length: ${content.length}\r\n\r\n${content}`
}

function inChunks(content: string, size: number): string {
  const chunks: string[] = []
  for (let at = 0; at < content.length; at += size) {
    const chunk = content.slice(at, at + size)
    chunks.push(`${chunk.length.toString(16)};n=${at}\r\n${chunk}\r\n`)
  }
  return `Transfer-Encoding: chunked\r\n\r\n${chunks.join('')}0\r\nX-Trailer: x\r\n\r\n`
}

const validResponse = fc
  .record({
    status: fc.constantFrom(200, 201, 204, 301, 304, 404, 503),
    fields: headers,
    content: body,
    framing: fc.constantFrom('length' as const, 'chunked' as const, 'close' as const),
    chunkSize: fc.integer({ min: 1, max: 100 }),
    interim: fc.boolean(),
  })
  .map(({ status, fields, content, framing, chunkSize, interim }) => {
    const lines = fields.map(([name, value]) => `${name}: ${value}\r\n`).join('')
    const bodiless = status === 204 || status === 304
    const framed = {
      length: () => withLength(content),
      chunked: () => inChunks(content, chunkSize),
      close: () => `\r\n${content}`,
    }[framing]()
    const rest = bodiless ? '\r\n' : framed
    const before = interim ? 'HTTP/1.1 100 Continue\r\n\r\n' : ''
    return {
      text: `${before}HTTP/1.1 ${status} Reason\r\n${lines}${rest}`,
      ends: framing === 'close' && !bodiless,
    }
  })

interface OracleResponse {
  readonly status: number
  readonly headers: readonly (readonly string[])[]
  readonly body: string
}

/** The same bytes through node's own client, over a stream in memory. */
function parseWithNode(text: string): Promise<OracleResponse> {
  return new Promise((resolve, reject) => {
    const stream = new Duplex({
      read() {
        this.push(Buffer.from(text, 'latin1'))
        this.push(null)
      },
      write: (_chunk, _encoding, done) => done(),
    })
    request({ createConnection: () => stream as never }, (response) => {
      const pieces: Buffer[] = []
      response.on('data', (piece: Buffer) => pieces.push(piece))
      response.on('error', reject)
      response.on('end', () => {
        const raw = response.rawHeaders
        resolve({
          status: response.statusCode ?? 0,
          headers: raw.flatMap((name, index) => (index % 2 === 0 ? [[name, raw[index + 1] as string]] : [])),
          body: Buffer.concat(pieces).toString('latin1'),
        })
      })
    })
      .on('error', reject)
      .end()
  })
}
