import * as assert from 'uvu/assert'
import { ResponseParser } from '../../../harness/targets/http/response-parser.ts'
import { describe } from '../../kit/suite.ts'

function parse(chunks: readonly Buffer[], isHead = false, maxBodyBytes = 1000) {
  let status = 0
  let body = ''
  let completed = 0
  const parser = new ResponseParser(
    {
      onHead: (code) => {
        status = code
      },
      onBody: (buffer, start, end) => {
        body += buffer.toString('latin1', start, end)
      },
      onComplete: () => {
        completed++
      },
    },
    maxBodyBytes,
  )
  parser.begin(isHead)
  for (const chunk of chunks) {
    const failure = parser.take(chunk, 0, chunk.length)
    if (failure !== null) return { status, body, completed, failure: failure.kind }
  }
  const end = parser.end()
  return { status, body, completed, end: typeof end === 'string' ? end : end.kind }
}

const GOOD: Readonly<
  Record<string, { text: string; body: string; status?: number; isHead?: boolean; end?: string }>
> = {
  'content-length': { text: 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello', body: 'hello' },
  'chunks, extensions and trailers': {
    text: 'HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked\r\n\r\n3;a=b\r\nhel\r\n2\r\nlo\r\n0\r\nX: y\r\n\r\n',
    body: 'hello',
  },
  'early hints first': {
    text: 'HTTP/1.1 103 Hints\r\nLink: a\r\n\r\nHTTP/1.1 201 Made\r\nContent-Length: 0\r\n\r\n',
    body: '',
    status: 201,
  },
  'no content': { text: 'HTTP/1.1 204 None\r\n\r\n', body: '', status: 204 },
  'not modified with a length': {
    text: 'HTTP/1.1 304 Same\r\nContent-Length: 9\r\n\r\n',
    body: '',
    status: 304,
  },
  'HEAD with a length': { text: 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n', body: '', isHead: true },
  'until close': { text: 'HTTP/1.0 200 OK\r\n\r\nhello', body: 'hello', end: 'complete' },
  'a status without a phrase': { text: 'HTTP/1.1 200\r\nContent-Length: 1\r\n\r\nx', body: 'x' },
}

const BAD: Readonly<Record<string, readonly [string, string]>> = {
  garbage: ['hello there', 'protocol'],
  'another version': ['HTTP/2.0 200 OK\r\n\r\n', 'protocol'],
  'no status': ['HTTP/1.1 abc\r\n\r\n', 'protocol'],
  'two lengths': ['HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx', 'protocol'],
  'length and chunks': [
    'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
    'protocol',
  ],
  'a negative length': ['HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n', 'protocol'],
  'a bad chunk size': ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n', 'protocol'],
  'a chunk too long': ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n', 'protocol'],
  'bytes after the answer': ['HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nxy', 'protocol'],
  'a huge head': [`HTTP/1.1 200 OK\r\nX: ${'x'.repeat(70_000)}\r\n\r\n`, 'too-large'],
  'a huge body': [`HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n`, 'too-large'],
}

describe('The response parser', (test) => {
  for (const [name, { text, body, status = 200, isHead, end = 'idle' }] of Object.entries(GOOD)) {
    test(`reads ${name}, split at any byte and byte by byte`, () => {
      const bytes = Buffer.from(text)
      const expected = { status, body, completed: 1, end }
      for (let at = 0; at <= bytes.length; at++)
        assert.equal(parse([bytes.subarray(0, at), bytes.subarray(at)], isHead), expected, `split at ${at}`)
      assert.equal(
        parse(
          [...bytes].map((byte) => Buffer.from([byte])),
          isHead,
        ),
        expected,
      )
    })
  }

  for (const [name, [text, kind]] of Object.entries(BAD)) {
    test(`refuses ${name}`, () => {
      const bytes = Buffer.from(text)
      for (const at of [0, 5, 17, bytes.length - 1])
        assert.is(parse([bytes.subarray(0, at), bytes.subarray(at)]).failure, kind, `split at ${at}`)
    })
  }

  test('tells a cut answer from a complete one', () => {
    assert.is(parse([Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel')]).end, 'cut')
    assert.is(
      parse([Buffer.from('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n')]).end,
      'cut',
    )
  })

  test('does not read stale bytes behind the end of what arrived', () => {
    const shared = Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')
    let completed = 0
    const parser = new ResponseParser(
      { onHead: () => undefined, onBody: () => undefined, onComplete: () => completed++ },
      10,
    )
    parser.begin(false)
    assert.is(parser.take(shared, 0, 20), null)
    assert.is(completed, 0)
  })
})
