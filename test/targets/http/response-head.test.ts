import * as assert from 'uvu/assert'
import { isVersionPrefix, ResponseHead } from '../../../harness/targets/http/response-head.ts'
import { describe } from '../../kit/suite.ts'

function statusLine(text: string): { head: ResponseHead; problem: string | null } {
  const head = new ResponseHead()
  return { head, problem: head.readStatusLine(Buffer.from(text), 0, text.length) }
}

function fields(...lines: readonly string[]): { head: ResponseHead; problems: (string | null)[] } {
  const { head } = statusLine('HTTP/1.1 200 OK')
  const problems = lines.map((line) => head.readField(Buffer.from(line), 0, line.length))
  return { head, problems: [...problems, head.problem()].filter((problem) => problem !== null) }
}

describe('ResponseHead', (test) => {
  test('reads status and version', () => {
    const { head, problem } = statusLine('HTTP/1.1 418 I am a teapot')
    assert.equal([problem, head.status, head.keepAlive], [null, 418, true])

    assert.is(statusLine('HTTP/1.0 200').head.keepAlive, false)
  })

  test('refuses every other line', () => {
    const lines = [
      '',
      'HTTP/1.1',
      'HTTP/1.1 ',
      'HTTP/1.1 20',
      'HTTP/1.1 099 X',
      'HTTP/1.1 2000',
      'HTTP/1.1  200',
      'HTTP/1.1 20x OK',
      'HTTP/1.2 200 OK',
      'HTTP/2.0 200 OK',
      'HTTP/1.11 200 OK',
      'http/1.1 200 OK',
      'ICY 200 OK',
      ' HTTP/1.1 200 OK',
    ]
    for (const line of lines) assert.type(statusLine(line).problem, 'string', line)
  })

  test('finds the fields it acts on in any case and with any blanks', () => {
    const { head, problems } = fields(
      'content-length:12',
      'CONNECTION: \tclose ',
      'Keep-Alive: timeout=5, max=100',
      'Location: /next ',
      'Content-Encoding:gzip',
      'Server-Timing: db;dur=1',
      'server-timing: app;dur=2',
      'Set-Cookie: a=1',
      'Set-Cookie: b=2; Path=/',
    )

    assert.equal(problems, [])
    assert.equal(
      [head.contentLength, head.keepAlive, head.keepAliveTimeoutS, head.location, head.contentEncoding],
      [12, false, 5, '/next', 'gzip'],
    )
    assert.is(head.serverTiming, 'db;dur=1, app;dur=2')
    assert.equal(head.setCookies, ['a=1', 'b=2; Path=/'])
  })

  test('is not misled by names of the same length', () => {
    const { head, problems } = fields(
      'locatiom: x',
      'connectiom: close',
      'set-cookis: a=1',
      'content-lengti: 3',
      'transfer-encodinh: x',
      'x-lovation: y',
    )

    assert.equal(problems, [])
    const { head: untouched } = fields()
    assert.equal({ ...head }, { ...untouched })
  })

  test('refuses names that are none', () => {
    for (const line of [
      'no colon',
      ': value',
      'a b: c',
      ' folded',
      'content-length : 2',
      '\u0001: x',
      'é: x',
    ])
      assert.is(fields(line).problems.length, 1, line)
  })

  test('refuses what leaves the length in doubt', () => {
    const doubtful = [
      ['content-length: 1', 'content-length: 2'],
      ['content-length: 1, 1'],
      ['content-length: -1'],
      ['content-length:'],
      ['content-length: 1', 'transfer-encoding: chunked'],
      ['content-length: 99999999999999999999'],
      ['content-length: 1', 'transfer-encoding: gzip'],
    ]
    for (const lines of doubtful) assert.is(fields(...lines).problems.length, 1, lines.join(' | '))
  })

  test('is chunked when that is the last coding, as RFC 9112 section 6.3 has it', () => {
    const isChunked = (...lines: string[]) => {
      const { head, problems } = fields(...lines)
      assert.equal(problems, [])
      return head.chunked
    }
    assert.is(isChunked('transfer-encoding: gzip, Chunked'), true)
    assert.is(isChunked('transfer-encoding: chunked', 'transfer-encoding: chunked'), true)
    assert.is(isChunked('transfer-encoding: gzip'), false)
    assert.is(isChunked('transfer-encoding: chunked, gzip'), false)
  })

  test('takes nothing from a keep-alive header that states no time', () => {
    for (const line of ['keep-alive: max=5', 'keep-alive: timeout', 'keep-alive: timeout=x', 'keep-alive:'])
      assert.is(fields(line).head.keepAliveTimeoutS, 0, line)
  })

  test('refuses a protocol switch nobody asked for', () => {
    assert.match(statusLine('HTTP/1.1 101 Switching Protocols').head.problem() ?? '', 'switched')
  })

  test('forgets everything on reset', () => {
    const { head } = fields('content-length: 5', 'set-cookie: a=1', 'connection: close', 'location: /x')
    head.reset()

    assert.equal({ ...head }, { ...new ResponseHead() })
  })

  test('sees at the first wrong byte that this is no HTTP', () => {
    const could = (text: string) => isVersionPrefix(Buffer.from(text), 0, text.length)

    assert.equal(['', 'H', 'HTTP/1', 'HTTP/1.1 200'].map(could), [true, true, true, true])
    assert.equal(['h', 'HX', 'HTTP/2', '\u0016\u0003'].map(could), [false, false, false, false])
  })
})
